// This machine's clock is wrong, in one process: `node --import` of this file, with how wrong it is in the
// environment, in milliseconds. At each SIGUSR2 it jumps to the next of several, and from the last to the
// first. Time that is only measured (performance.now, timers) goes on as it is.

const OFF_MS = (process.env.CLOCK_OFF_MS ?? '0').split(',').map(Number)
let at = 0

process.on('SIGUSR2', () => (at = (at + 1) % OFF_MS.length))

const trueMs = Date.now
const nowMs = () => trueMs() + OFF_MS[at]!

Date.now = nowMs
globalThis.Date = new Proxy(Date, {
  construct: (target, given, asked) =>
    Reflect.construct(target, given.length === 0 ? [nowMs()] : given, asked),
  apply: (target) => String(new target(nowMs())),
})
