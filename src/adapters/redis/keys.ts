// The keys of a sale, and of the windows of buyers. Those of one segment, or of one bucket of buyers,
// share a hash tag and so a slot of the cluster; segments and buckets lie evenly over the slots, and so
// over the primaries, which have equal shares of them.

import calculateSlot from 'cluster-key-slot'
import type { SaleId } from '../../domain/ids.ts'

// In the order in which every script takes them.
const NAMES = ['segment', 'buyers', 'in_transit', 'returning', 'tokens'] as const

// Of a bucket of buyers, whatever the sale. No sale is called `window`.
const WINDOW = 'window'
const WINDOW_NAMES = ['young', 'old'] as const

// Of an installation. No sale is called `figures`.
const FIGURES = 'figures'

const SLOTS = 16_384

export interface Keys {
  // Of every segment, in order of their places.
  ofSegments(saleId: SaleId, segments: number): string[][]
  // Of the first segment, wherever the others are: it says how many there are.
  ofFirst(saleId: SaleId): string[]
  ofBuckets(buckets: number): string[][]
  ofFigures(home: string): string[]
}

// `prefix` begins every key, and keeps tests apart that share a Redis. Installations have all the same one:
// two of them in one Redis never sell by each other's book, because a segment names its home database,
// but each would rebuild its sales over the other's, again and again.
export const redisKeys = (prefix: string): Keys => {
  const keysOf = (tag: string, names: readonly string[]) =>
    names.map((name) => `${prefix}:${tag}:${name}`)
  return {
    ofSegments: (saleId, segments) =>
      labels(saleId, segments).map((label) => keysOf(tagOf(saleId, label), NAMES)),
    ofFirst: (saleId) => keysOf(tagOf(saleId, 0), NAMES),
    ofBuckets: (buckets) =>
      labels(WINDOW, buckets).map((label) => keysOf(tagOf(WINDOW, label), WINDOW_NAMES)),
    ofFigures: (home) => [`${prefix}:{${FIGURES}}:${home}`],
  }
}

const tagOf = (owner: string, label: number) => `{${owner}.${label}}`

// The slots are cut into as many stripes as there are parts, and each stripe gets the first label that
// falls into it. The first part is 0 whatever the stripe.
const labels = (owner: string, parts: number): number[] => {
  const stripeOf = (label: number) =>
    Math.floor((calculateSlot(tagOf(owner, label)) * parts) / SLOTS)
  const found = new Map([[stripeOf(0), 0]])
  for (let label = 1; found.size < parts; label += 1)
    if (!found.has(stripeOf(label))) found.set(stripeOf(label), label)
  return [...found.values()].sort((a, b) => a - b)
}
