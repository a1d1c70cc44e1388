// The limits of this process, none of which waits for anything: token buckets (all attempts, one sale's
// attempts), and exact sliding windows (one buyer's attempts in one sale, tries to sign in).

export interface BucketTerms {
  rate: number // tokens a second
  burst: number // tokens at once, at most
}

export const tokenBucket = (terms: BucketTerms) => {
  let { rate, burst } = terms
  let tokens = burst
  let filledAtMs = -Infinity
  return {
    // Returns 0 when a token was taken, else the milliseconds until there will be one.
    take(nowMs: number): number {
      const passedMs = Math.max(0, nowMs - filledAtMs)
      tokens = Math.min(burst, tokens + (passedMs / 1000) * rate)
      filledAtMs = nowMs
      if (tokens < 1) return ((1 - tokens) / rate) * 1000
      tokens -= 1
      return 0
    },
    // Nothing is given with it: what was taken stays taken.
    change(to: BucketTerms): void {
      ;({ rate, burst } = to)
      tokens = Math.min(tokens, burst)
    },
  }
}

export type TokenBucket = ReturnType<typeof tokenBucket>

// This process's part of a bucket that all gateways have together. How many there are may change at any
// time, and so may the terms; each part is at least one token a second.
export const sharedBucket = (gateways: () => number) => {
  let bucket: TokenBucket | undefined
  let known = { rate: 0, burst: 0, among: 0 }

  const share = ({ rate, burst }: BucketTerms): BucketTerms => ({
    rate: partOf(rate, known.among),
    burst: partOf(burst, known.among),
  })

  return {
    take(nowMs: number, whole: BucketTerms): number {
      const among = gateways()
      const { rate, burst } = whole
      if (among !== known.among || rate !== known.rate || burst !== known.burst) {
        known = { rate, burst, among }
        if (bucket) bucket.change(share(whole))
        else bucket = tokenBucket(share(whole))
      }
      return bucket!.take(nowMs)
    },
  }
}

const partOf = (whole: number, among: number) => Math.max(Math.min(1, whole), whole / among)

// At most `quota` in any `windowMs` per key of a group (a buyer of a sale, say), exactly; what was refused
// does not count. Keys that were silent for a window are forgotten, two generations at a time, so memory
// is bounded by the keys of two windows and by `keysMax`: when that many are known, new ones wait for
// the next window. Group and key are looked up one after the other, never joined: the join would cost
// more than all the rest.
export const slidingWindow = ({ windowMs, keysMax }: { windowMs: number; keysMax: number }) => {
  let young = generation()
  let old = generation()
  let turnedAtMs = -Infinity

  const turn = (nowMs: number) => {
    if (nowMs < turnedAtMs + windowMs) return
    old = nowMs < turnedAtMs + 2 * windowMs ? young : generation()
    young = generation()
    turnedAtMs = nowMs
  }

  return {
    // Returns 0 when it is within the quota and counted, else the milliseconds to wait.
    take({ group, key, quota, nowMs }: WindowTake): number {
      turn(nowMs)
      const known = young.get(group, key)
      const recent = known ?? old.get(group, key)
      if (!recent?.length && young.keys() >= keysMax) return windowMs
      // A list of one takes a fifth of the room of an empty one that something is put into.
      if (recent === undefined) {
        young.set(group, key, [nowMs])
        return 0
      }
      while (recent.length > 0 && recent[0]! <= nowMs - windowMs) recent.shift()
      if (recent.length >= quota) return recent[recent.length - quota]! + windowMs - nowMs
      recent.push(nowMs)
      if (known === undefined) young.set(group, key, recent)
      return 0
    },
    // Takes the latest of a key back, as if it had never been.
    giveBack({ group, key }: Pick<WindowTake, 'group' | 'key'>): void {
      const recent = young.get(group, key) ?? old.get(group, key)
      recent?.pop()
    },
  }
}

export type SlidingWindow = ReturnType<typeof slidingWindow>

// Of the ids, what `idKey` makes of them: numbers are found faster.
export type WindowKey = string | number

export interface WindowTake {
  group: string
  key: WindowKey
  quota: number
  nowMs: number
}

// When each key of each group came, oldest first.
const generation = () => {
  const groups = new Map<string, Map<WindowKey, number[]>>()
  let keys = 0
  return {
    keys: () => keys,
    get: (group: string, key: WindowKey) => groups.get(group)?.get(key),
    set(group: string, key: WindowKey, atMs: number[]) {
      const known = groups.get(group)
      if (known) known.set(key, atMs)
      else groups.set(group, new Map([[key, atMs]]))
      keys += 1
    },
  }
}
