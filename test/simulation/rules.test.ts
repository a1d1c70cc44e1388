// A simulation that finds nothing proves something only if it would have found it. Each rule of the
// protocol is taken out alone, and each plain mistake is made: some run must then break a promise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SabotageName } from './sabotage.ts'
import { findViolation } from './search.ts'

// More to sell than home has is R2 itself: what counts here is a promise that is broken by it.
const PROMISE = /^(P\d|drift|a promise|orders and ledger)/
const STUCK = /^stuck/

const RULES: {
  claim: string
  sabotage: SabotageName
  breaks: RegExp
  first?: number // 1 unless said: where it takes long to find one that breaks it
  seedsMax: number
}[] = [
  {
    claim: 'a word given without reading the epoch again is broken',
    sabotage: 'wordWithoutEpoch',
    breaks: /^P2/,
    seedsMax: 1000,
  },
  {
    claim: 'a word given by an epoch read before the acknowledgement is broken',
    sabotage: 'epochReadTooEarly',
    breaks: /^P2/,
    seedsMax: 3000,
  },
  {
    claim: 'a word given for an order in transit that is not published again is broken',
    sabotage: 'noRepublish',
    breaks: /^P2/,
    seedsMax: 3000,
  },
  {
    claim: 'units given back to the engine first and to home second are lost or sold twice',
    sabotage: 'engineFirst',
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'orders of a closed epoch that are still recorded oversell the engine',
    sabotage: 'sealThatClosesNothing',
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'a worker that waits for the engine stops the sale',
    sabotage: 'recordUntilAnswered',
    breaks: STUCK,
    seedsMax: 1000,
  },
  {
    claim: 'a rebuild that does not wait for the queue breaks words',
    sabotage: 'rebuildWithoutDrain',
    breaks: /^P2/,
    seedsMax: 1000,
  },
  {
    claim: 'a release of whatever the buyer holds gives back the wrong order',
    sabotage: 'releaseOfAnyOrder',
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'returned units that do not rest make a remembered no a lie',
    sabotage: 'releaseWithoutRest',
    breaks: /^P4/,
    seedsMax: 5000,
  },
  {
    claim: 'a release in an epoch that is not the one home gave in loses units',
    sabotage: 'releaseInAnyEpoch',
    breaks: PROMISE,
    first: 3000,
    seedsMax: 10_000,
  },
  {
    claim: 'a task that goes before the engine has answered strands its units',
    sabotage: 'taskRemovedEarly',
    breaks: PROMISE,
    seedsMax: 1000,
  },
  {
    claim: 'a task that goes whatever the engine has answered strands its units',
    sabotage: 'taskRemovedUnheard',
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'an engine that opens without counting what was loaded has forgotten orders',
    sabotage: 'openWithoutCounting',
    breaks: PROMISE,
    first: 7000,
    seedsMax: 20_000,
  },
  {
    claim: 'a restock that counts each time it arrives makes units out of nothing',
    sabotage: 'restockCountedTwice',
    breaks: PROMISE,
    seedsMax: 1000,
  },
]

for (const { claim, sabotage, breaks, first = 1, seedsMax } of RULES)
  test(claim, async (t) => {
    const found = await findViolation({ first, seeds: seedsMax, sabotage, matches: breaks })
    assert(found, `nothing was found within ${seedsMax} seeds`)
    t.diagnostic(`seed ${found.seed}: ${found.violations.join('; ')}`)
  })
