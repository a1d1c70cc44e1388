// The server that load is sent to, as far as the generator needs it: two verbs of the operators' API,
// whether it is this machine (load goes nowhere else by accident), and what it will not do.

import { isIPv4 } from 'node:net'

export interface OperatorApi {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body?: object): Promise<Answer>
}

export const isLoopback = (url: string): boolean => {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}

// The generator was asked for something it will not do; the message says what to do instead.
export class LoadRefusal extends Error {}
