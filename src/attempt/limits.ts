// Three limits that an attempt passes in this process, none of which waits for anything: two token
// buckets (all attempts, one sale's attempts) and the exact sliding window of one buyer.

// `rate` tokens a second, at most `burst` at once. Returns 0 when a token was taken, else the
// milliseconds until there will be one.
export const tokenBucket = ({ rate, burst }: { rate: number; burst: number }) => {
  let tokens = burst
  let filledAtMs = -Infinity
  return {
    take(nowMs: number): number {
      const passedMs = Math.max(0, nowMs - filledAtMs)
      tokens = Math.min(burst, tokens + (passedMs / 1000) * rate)
      filledAtMs = nowMs
      if (tokens < 1) return ((1 - tokens) / rate) * 1000
      tokens -= 1
      return 0
    },
  }
}

export type TokenBucket = ReturnType<typeof tokenBucket>

// At most `quota` in any `windowMs` per key, exactly; attempts that were refused do not count. Keys
// that were silent for a window are forgotten, two generations at a time, so memory is bounded by the
// keys of two windows and by `keysMax`: when that many are known, new keys wait for the next window.
export const slidingWindow = ({ windowMs, keysMax }: { windowMs: number; keysMax: number }) => {
  let young = new Map<string, number[]>()
  let old = new Map<string, number[]>()
  let turnedAtMs = -Infinity

  const turn = (nowMs: number) => {
    if (nowMs < turnedAtMs + windowMs) return
    old = nowMs < turnedAtMs + 2 * windowMs ? young : new Map()
    young = new Map()
    turnedAtMs = nowMs
  }

  return {
    // Returns 0 when the attempt is within the quota and counted, else the milliseconds to wait.
    take(key: string, { quota, nowMs }: { quota: number; nowMs: number }): number {
      turn(nowMs)
      const known = young.get(key) ?? old.get(key)
      if (known === undefined && young.size >= keysMax) return windowMs
      const recent = (known ?? []).filter((atMs) => atMs > nowMs - windowMs)
      if (recent.length >= quota) return recent[recent.length - quota]! + windowMs - nowMs
      recent.push(nowMs)
      young.set(key, recent)
      return 0
    },
  }
}

export type SlidingWindow = ReturnType<typeof slidingWindow>
