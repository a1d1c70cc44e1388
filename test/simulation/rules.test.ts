// A simulation that finds nothing proves something only if it would have found it. Each rule of the
// protocol is taken out alone, and each plain mistake is made: some run must then break a promise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sabotage from './sabotage.ts'
import { findViolation } from './search.ts'
import type { Sabotage } from './world.ts'

// More to sell than home has is R2 itself: what counts here is a promise that is broken by it.
const PROMISE = /^(P\d|drift|a promise|orders and ledger)/
const STUCK = /^stuck/

const RULES: { claim: string; out: Sabotage; breaks: RegExp; seedsMax: number }[] = [
  {
    claim: 'a word given without reading the epoch again is broken',
    out: sabotage.wordWithoutEpoch,
    breaks: /^P2/,
    seedsMax: 1000,
  },
  {
    claim: 'a word given by an epoch read before the acknowledgement is broken',
    out: sabotage.epochReadTooEarly,
    breaks: /^P2/,
    seedsMax: 3000,
  },
  {
    claim: 'a word given for an order in transit that is not published again is broken',
    out: sabotage.noRepublish,
    breaks: /^P2/,
    seedsMax: 3000,
  },
  {
    claim: 'units given back to the engine first and to home second are lost or sold twice',
    out: sabotage.engineFirst,
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'orders of a closed epoch that are still recorded oversell the engine',
    out: sabotage.sealThatClosesNothing,
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'a worker that waits for the engine stops the sale',
    out: sabotage.recordUntilAnswered,
    breaks: STUCK,
    seedsMax: 1000,
  },
  {
    claim: 'a rebuild that does not wait for the queue breaks words',
    out: sabotage.rebuildWithoutDrain,
    breaks: /^P2/,
    seedsMax: 1000,
  },
  {
    claim: 'a release of whatever the buyer holds gives back the wrong order',
    out: sabotage.releaseOfAnyOrder,
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'a task that goes before the engine has answered strands its units',
    out: sabotage.taskRemovedEarly,
    breaks: PROMISE,
    seedsMax: 1000,
  },
  {
    claim: 'a task that goes whatever the engine has answered strands its units',
    out: sabotage.taskRemovedUnheard,
    breaks: PROMISE,
    seedsMax: 3000,
  },
  {
    claim: 'an engine that opens without counting what was loaded has forgotten orders',
    out: sabotage.openWithoutCounting,
    breaks: PROMISE,
    seedsMax: 8000,
  },
  {
    claim: 'a restock that counts each time it arrives makes units out of nothing',
    out: sabotage.restockCountedTwice,
    breaks: PROMISE,
    seedsMax: 1000,
  },
]

for (const { claim, out, breaks, seedsMax } of RULES)
  test(claim, async (t) => {
    const found = await findViolation({ first: 1, seeds: seedsMax, sabotage: out, matches: breaks })
    assert(found, `nothing was found within ${seedsMax} seeds`)
    t.diagnostic(`seed ${found.seed}: ${found.violations.join('; ')}`)
  })
