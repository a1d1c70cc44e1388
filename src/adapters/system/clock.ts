// The store's time, carried by this process: an offset, renewed now and then, on a monotonic clock.
// It never goes back: when the store's time turns out to be behind, it goes at half speed until the
// store has caught up, so that ids and windows go on meanwhile. A renewal that fails keeps the offset.

import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../ports/clock.ts'

const RENEW_MS = 10_000
const FIRST_READINGS = 4 // one alone may have been slow

export interface StoreClock extends Clock, AsyncDisposable {
  stop(): Promise<void>
}

// Resolves when the store's time has been read once; rejects when it cannot be.
export const storeClock = async ({
  readStoreMs,
  renewMs = RENEW_MS,
}: {
  readStoreMs: () => Promise<number> | number
  renewMs?: number
}): Promise<StoreClock> => {
  let offsetMs = await readOffset(readStoreMs)
  for (let reading = 1; reading < FIRST_READINGS; reading += 1)
    offsetMs = await readOffset(readStoreMs, offsetMs)
  const shown = { ms: 0, at: performance.now() }
  const stopping = new AbortController()

  const renewing = renewUntil(stopping.signal, renewMs, async () => {
    offsetMs = await readOffset(readStoreMs, offsetMs)
  })

  const nowMs = () => {
    const at = performance.now()
    shown.ms = Math.max(at + offsetMs, shown.ms + (at - shown.at) / 2)
    shown.at = at
    return Math.floor(shown.ms)
  }

  const stop = async () => {
    stopping.abort()
    await renewing
  }

  return { nowMs, pause, stop, [Symbol.asyncDispose]: stop }
}

// The store answered at some time during the call, in a millisecond of which it tells the beginning: the
// longer the call took, the less is known. An offset that agrees with that stays as it is.
const readOffset = async (
  readStoreMs: () => Promise<number> | number,
  knownMs?: number,
): Promise<number> => {
  const askedAt = performance.now()
  const storeMs = await readStoreMs()
  const least = storeMs - performance.now()
  const most = storeMs + 1 - askedAt
  return Math.min(most, Math.max(least, knownMs ?? (least + most) / 2))
}

const renewUntil = async (signal: AbortSignal, renewMs: number, renew: () => Promise<void>) => {
  for (;;) {
    await pause(renewMs, signal)
    if (signal.aborted) return
    await renew().catch(() => undefined)
  }
}

const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}
