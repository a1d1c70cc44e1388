// The units of the modelled sale: available, on their way back, held. They never appear and never vanish, and
// that is asserted at each step.

import assert from 'node:assert/strict'

const RETURNING_MS = 250 // src/domain/stock.ts

export interface UnitBooks {
  take(wanted: number): number // how many there were
  cancel(units: number): void // held ones, which rest before they can be sold again
  undo(units: number): void // held ones that nobody was promised
  pass(nowMs: number): void // a millisecond
  version(): number // of what can be read; grows with each change
  read(): { available: number; returning: number; held: number; heldMost: number }
}

export const unitBooks = (units: number): UnitBooks => {
  const back = new Map<number, number>() // units, by when they can be sold
  let [available, returning, resting, held, heldMost, version] = [units, 0, 0, 0, 0, 0]

  const changed = () => {
    version += 1
    heldMost = Math.max(heldMost, held)
    assert(available >= 0 && returning >= 0 && held >= 0, 'stock never goes below zero')
    assert.equal(available + returning + held, units, 'units neither appear nor vanish')
  }

  return {
    take(wanted) {
      const taken = Math.min(available, wanted)
      if (taken === 0) return 0
      available -= taken
      held += taken
      changed()
      return taken
    },
    cancel(count) {
      held -= count
      returning += count
      resting += count
      changed()
    },
    undo(count) {
      held -= count
      available += count
      changed()
    },
    pass(nowMs) {
      if (resting > 0) back.set(nowMs + RETURNING_MS, resting)
      resting = 0
      const ready = back.get(nowMs)
      if (ready === undefined) return
      back.delete(nowMs)
      available += ready
      returning -= ready
      changed()
    },
    version: () => version,
    read: () => ({ available, returning, held, heldMost }),
  }
}
