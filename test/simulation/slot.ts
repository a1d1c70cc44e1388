// One segment of a sale as it lies in a simulated Redis: the pure model of a segment, and what only Redis
// keeps beside it: which primary it was begun on, its free tokens, its transfers from and to others.

import type { Strategy } from '../../src/domain/sale.ts'
import type * as segments from '../../src/domain/stock.ts'
import type { Chance } from './chance.ts'

export type SegmentRules = Pick<
  typeof segments,
  'apply' | 'begin' | 'load' | 'open' | 'record' | 'release' | 'reserve'
>

interface Transfer {
  number: number
  units: number
}

export interface Slot {
  segment: segments.Segment
  fence: number // the replication id it was begun under
  strategy: Strategy
  layout: string
  restocked: number // of the whole sale
  tokens: Set<string> // free ones, also those that rest; while they are loaded, `-token` is held
  loadedTo: number // how far the tokens have come
  sent: Map<string, number> // transfers so far, to each segment
  out: Map<string, Transfer> // on its way, to each segment
  arrived: Map<string, number> // the latest transfer, from each segment
}

export const newSlot = (of: Pick<Slot, 'segment' | 'fence' | 'strategy' | 'layout'>): Slot => ({
  ...of,
  restocked: 0,
  tokens: new Set(),
  loadedTo: 0,
  sent: new Map(),
  out: new Map(),
  arrived: new Map(),
})

export const copyOf = (slot: Slot): Slot => ({
  ...slot,
  segment: {
    ...slot.segment,
    returning: slot.segment.returning.map((one) => ({ ...one })),
    buyers: new Map(slot.segment.buyers),
    inTransit: new Map(slot.segment.inTransit),
  },
  tokens: new Set(slot.tokens),
  sent: new Map(slot.sent),
  out: new Map(slot.out),
  arrived: new Map(slot.arrived),
})

// Where a script runs: the primary's keys, and the one it was called with.
export interface ScriptPlace {
  slots: Map<string, Slot>
  key: string
  replicationId: number
  nowMs: number
  rules: SegmentRules
  chance: Chance
}

export const partsOf = ({ layout }: Slot): number => Number.parseInt(layout)

export const outUnits = ({ out }: Slot): number => {
  let units = 0
  for (const transfer of out.values()) units += transfer.units
  return units
}

export const returningUnits = ({ segment }: Slot): number => {
  let units = 0
  for (const one of segment.returning) units += one.units
  return units
}

// Was it begun on this very primary, and is nothing of it missing?
export const isWhole = (slot: Slot, replicationId: number): boolean => {
  if (slot.fence !== replicationId) return false
  if (slot.segment.state === 'loading' || slot.strategy !== 'tokens') return true
  return slot.tokens.size === slot.segment.available + returningUnits(slot)
}

// The slot if attempts may be decided on it; undefined: rebuilding.
export const openSlot = (at: ScriptPlace, layout: string): Slot | undefined => {
  const slot = at.slots.get(at.key)
  if (slot?.segment.state !== 'open' || slot.layout !== layout) return undefined
  return isWhole(slot, at.replicationId) ? slot : undefined
}

// The slot if it is being loaded for this epoch.
export const loadingSlot = (
  at: ScriptPlace,
  { epoch, layout }: { epoch: number; layout: string },
): Slot | undefined => {
  const slot = at.slots.get(at.key)
  if (slot?.segment.state !== 'loading' || slot.segment.epoch !== epoch) return undefined
  return slot.layout === layout && slot.fence === at.replicationId ? slot : undefined
}
