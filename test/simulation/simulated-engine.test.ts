// The simulated engine keeps the contract of a stock engine, as the one over a real Redis does: so what the
// twins of the scripts decide is what the scripts decide.

import * as segments from '../../src/domain/stock.ts'
import { stockContract } from '../contracts/stock.ts'
import { chance as newChance } from './chance.ts'
import { simulatedEngine } from './simulated-engine.ts'

const LAYOUTS = [
  { strategy: 'counter', segments: 1 },
  { strategy: 'segmented', segments: 4 },
  { strategy: 'tokens', segments: 1 },
] as const

const MOVES = {
  test: 'the version grows with every take, release and apply, and with nothing else',
  reason: 'it grows with moves between segments as well',
}

for (const layout of LAYOUTS) {
  const make = async () => {
    let nowMs = 1_800_000_000_000
    const stock = simulatedEngine({
      chance: newChance(1),
      nowMs: () => nowMs,
      rules: segments,
      change: () => ({}),
      sale: { saleId: '1', segments: layout.segments },
    }).atOnce()
    const pass = async (ms: number) => {
      nowMs += ms
    }
    const time = { nowMs: () => nowMs, pass }
    return { stock, layout, time, [Symbol.asyncDispose]: async () => undefined }
  }
  const skip = layout.segments === 1 ? [] : [MOVES]
  stockContract(`simulated, ${layout.strategy}`, { make, skip })
}
