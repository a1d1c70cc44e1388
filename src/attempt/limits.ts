// The limits of this process, none of which waits for anything: token buckets (all attempts, one sale's
// attempts), and exact sliding windows (one buyer's attempts in one sale, tries to sign in).

import { generation, type WindowKey } from './generation.ts'

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

export interface WindowTerms {
  quota: number
  windowMs: number
}

// At most `quota` in any `windowMs`, exactly: 0 when one more instant is within it, else the milliseconds to
// wait. Instants are kept oldest first, and those that have left the window are dropped.
export const waitWithin = (
  instants: number[],
  { quota, windowMs }: WindowTerms,
  nowMs: number,
): number => {
  while (instants.length > 0 && instants[0]! <= nowMs - windowMs) instants.shift()
  return instants.length < quota ? 0 : instants[instants.length - quota]! + windowMs - nowMs
}

// What to keep instead. A list that something is put into has room for sixteen more from then on, so a short
// one is made anew: most buyers have no more instants than these, and there are a million of them.
export const withOneMore = (instants: number[], nowMs: number): number[] => {
  const [first, second, third] = instants
  if (first === undefined) return [nowMs]
  if (second === undefined) return [first, nowMs]
  if (third === undefined) return [first, second, nowMs]
  instants.push(nowMs)
  return instants
}

// That for each key of a group (an address, say). Keys that were silent for a window are forgotten, two
// generations at a time, so memory is bounded by the keys of two windows and by `keysMax`: when that many are
// known, new ones wait for the next window.
export const slidingWindow = ({ windowMs, keysMax }: { windowMs: number; keysMax: number }) => {
  let young = generation<number[]>()
  let old = generation<number[]>()
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
      if (!recent?.length && young.size() >= keysMax) return windowMs
      const waitMs = recent ? waitWithin(recent, { quota, windowMs }, nowMs) : 0
      if (waitMs > 0) return waitMs
      const counted = withOneMore(recent ?? [], nowMs)
      if (counted !== known) young.set(group, key, counted)
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

export interface WindowTake {
  group: string
  key: WindowKey
  quota: number
  nowMs: number
}
