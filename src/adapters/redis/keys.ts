// The keys of a sale. Those of one segment share a hash tag and so a slot of the cluster; segments lie
// evenly over the slots, and so over the primaries, which have equal shares of them.

import calculateSlot from 'cluster-key-slot'
import type { SaleId } from '../../domain/ids.ts'

// In the order in which every script takes them.
const NAMES = ['segment', 'buyers', 'in_transit', 'returning', 'tokens'] as const

const SLOTS = 16_384

export interface Keys {
  // Of every segment, in order of their places.
  ofSegments(saleId: SaleId, segments: number): string[][]
  // Of the first segment, wherever the others are: it says how many there are.
  ofFirst(saleId: SaleId): string[]
}

// `prefix` begins every key: two installations may share a Redis.
export const redisKeys = (prefix: string): Keys => {
  const keysOf = (saleId: SaleId, label: number) =>
    NAMES.map((name) => `${prefix}:${tagOf(saleId, label)}:${name}`)
  return {
    ofSegments: (saleId, segments) =>
      labels(saleId, segments).map((label) => keysOf(saleId, label)),
    ofFirst: (saleId) => keysOf(saleId, 0),
  }
}

const tagOf = (saleId: SaleId, label: number) => `{${saleId}.${label}}`

// The slots are cut into as many stripes as there are segments, and each stripe gets the first label
// that falls into it. The first segment is 0 whatever the stripe.
const labels = (saleId: SaleId, segments: number): number[] => {
  const stripeOf = (label: number) =>
    Math.floor((calculateSlot(tagOf(saleId, label)) * segments) / SLOTS)
  const found = new Map([[stripeOf(0), 0]])
  for (let label = 1; found.size < segments; label += 1)
    if (!found.has(stripeOf(label))) found.set(stripeOf(label), label)
  return [...found.values()].sort((a, b) => a - b)
}
