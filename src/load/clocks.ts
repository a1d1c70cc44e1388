// Two clocks: our own, which never jumps, and how far the server's is from it.

import { performance } from 'node:perf_hooks'
import type { OperatorApi } from './target.ts'

// Epoch milliseconds, monotonic, with fractions.
export const nowMs = (): number => performance.timeOrigin + performance.now()

const SAMPLES = 9

// What to add to our clock to have the server's: of several samples the one that travelled shortest,
// taken for read half way. (Method: Cristian, 1989.)
export const serverOffsetMs = async (api: OperatorApi): Promise<number> => {
  let best = { tookMs: Infinity, offsetMs: 0 }
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const askedMs = nowMs()
    const { epochMs } = await api.get<{ epochMs: number }>('/api/time')
    const tookMs = nowMs() - askedMs
    if (tookMs < best.tookMs) best = { tookMs, offsetMs: epochMs - askedMs - tookMs / 2 }
  }
  return best.offsetMs
}
