// When there was too little for sale: "sold out" is the truth only if it was so at some instant while it
// was asked, or a memory's length before. What nobody can know for sure counts as too little.

import type { Book } from './simulated-engine.ts'

export interface Shortage {
  look(books: Book[]): void // all that are open now
  // Were there fewer units for sale than these, at any instant since then?
  wasShort(units: number, sinceMs: number): boolean
}

const UNITS_MAX = 2

export const newShortage = (of: {
  nowMs: () => number
  segments: number
  isCertain: () => boolean // no old primary answers
}): Shortage => {
  const lastMs = Array.from({ length: UNITS_MAX + 1 }, () => Infinity)
  const isShort = lastMs.map(() => true)
  return {
    // Units rest until some instant between two looks, so it was short until this one, at most.
    look(books) {
      const nowMs = of.nowMs()
      const forSale = of.isCertain() ? unitsForSale(books, of) : 0
      for (let units = 1; units <= UNITS_MAX; units += 1) {
        if (isShort[units]) lastMs[units] = nowMs
        isShort[units] = forSale < units
      }
    },
    wasShort: (units, sinceMs) => isShort[units]! || lastMs[units]! >= sinceMs,
  }
}

// None while some segment is not open, or of another epoch than the others.
const unitsForSale = (books: Book[], of: { nowMs: () => number; segments: number }): number => {
  const epoch = books[0]?.slot.segment.epoch
  if (books.length !== of.segments) return 0
  let units = 0
  for (const { slot } of books) {
    const { available, returning, epoch: own } = slot.segment
    if (own !== epoch) return 0
    units += available
    for (const one of returning) if (one.sellableAtMs <= of.nowMs()) units += one.units
  }
  return units
}
