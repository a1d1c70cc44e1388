// The load generator was asked for something it will not do; the message says what to do instead.

export class LoadRefusal extends Error {}
