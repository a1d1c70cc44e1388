// Two clocks: our own, which never jumps, and how far the server's is from it; and how much of a
// processor this process has used.

import { performance } from 'node:perf_hooks'
import type { OperatorApi } from './target.ts'

// Epoch milliseconds, monotonic, with fractions.
export const nowMs = (): number => performance.timeOrigin + performance.now()

export interface Clock {
  offsetMs: number // what to add to our clock to have the server's
  errorMs: number // how far that may be off
}

const SAMPLES = 9

// Of several samples the one that travelled shortest, taken for read half way. (Method: Cristian, 1989.)
export const serverClock = async (api: OperatorApi): Promise<Clock> => {
  let best: Clock = { offsetMs: 0, errorMs: Infinity }
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const askedMs = nowMs()
    const { epochMs } = await api.get<{ epochMs: number }>('/api/time')
    const errorMs = (nowMs() - askedMs) / 2
    if (errorMs < best.errorMs) best = { offsetMs: epochMs - askedMs - errorMs, errorMs }
  }
  return { ...best, errorMs: best.errorMs + ROUNDED_MS }
}

const ROUNDED_MS = 1 // the server says whole milliseconds

export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
