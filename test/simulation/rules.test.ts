// A simulation that finds nothing proves something only if it would have found it. Each rule of the
// protocol is taken out alone, and each plain mistake is made: some run must then break a promise.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type SabotageName, SABOTAGES } from './sabotage.ts'
import { replayOf, startThread } from './search.ts'

// More to sell than home has is R2 itself: what counts here is a promise that is broken by it.
const PROMISE = /^(P\d|drift|a promise|orders and ledger)/
const STUCK = /^stuck/
const LIE = /^P[45]: .* (was answered|was told)/

const SEEDS_MAX = 20_000 // few are needed, unless src or this simulation has changed

const RULES: {
  claim: string
  sabotage: SabotageName
  breaks: RegExp
  first?: number // 1 unless said: shortly before one that breaks it
}[] = [
  {
    claim: 'a word given without reading the epoch again is broken',
    sabotage: 'wordWithoutEpoch',
    breaks: /^P2/,
  },
  {
    claim: 'a word given by an epoch read before the acknowledgement is broken',
    sabotage: 'epochReadTooEarly',
    breaks: /^P2/,
  },
  {
    claim: 'a word given for an order in transit that is not published again is broken',
    sabotage: 'noRepublish',
    breaks: /^P2/,
  },
  {
    claim: 'units given back to the engine first and to home second are lost or sold twice',
    sabotage: 'engineFirst',
    breaks: PROMISE,
    first: 200,
  },
  {
    claim: 'orders of a closed epoch that are still recorded oversell the engine',
    sabotage: 'sealThatClosesNothing',
    breaks: PROMISE,
    first: 250,
  },
  {
    claim: 'a worker that waits for the engine stops the sale',
    sabotage: 'recordUntilAnswered',
    breaks: STUCK,
  },
  {
    claim: 'a rebuild that does not wait for the queue breaks words',
    sabotage: 'rebuildWithoutDrain',
    breaks: /^P2/,
  },
  {
    claim: 'a release of whatever the buyer holds gives back the wrong order',
    sabotage: 'releaseOfAnyOrder',
    breaks: PROMISE,
  },
  {
    claim: 'returned units that do not rest make a remembered no a lie',
    sabotage: 'releaseWithoutRest',
    breaks: /^P4/,
    first: 900,
  },
  {
    claim: 'a release in an epoch that is not the one home gave in loses units',
    sabotage: 'releaseInAnyEpoch',
    breaks: PROMISE,
    first: 700,
  },
  {
    claim: 'a task that goes before the engine has answered strands its units',
    sabotage: 'taskRemovedEarly',
    breaks: PROMISE,
  },
  {
    claim: 'a task that goes whatever the engine has answered strands its units',
    sabotage: 'taskRemovedUnheard',
    breaks: PROMISE,
    first: 150,
  },
  {
    claim: 'an engine that opens without counting what was loaded has forgotten orders',
    sabotage: 'openWithoutCounting',
    breaks: PROMISE,
  },
  {
    claim: 'a restock that counts each time it arrives makes units out of nothing',
    sabotage: 'restockCountedTwice',
    breaks: PROMISE,
  },
  {
    claim: 'a queue that says yes before it has kept an order breaks words',
    sabotage: 'acknowledgedBeforeKept',
    breaks: /^P2/,
    first: 150,
  },
  {
    claim: 'a worker that commits before it has recorded loses orders',
    sabotage: 'committedBeforeRecorded',
    breaks: /^(P2|orders and ledger)/,
  },
  {
    claim: 'a timeout that gives units back sells them twice',
    sabotage: 'timeoutGivesBack',
    breaks: PROMISE,
  },
  {
    claim: 'a release without its guard makes units out of nothing',
    sabotage: 'releaseWithoutGuard',
    breaks: PROMISE,
  },
  {
    claim: 'a repair that overwrites what is available sells what is on its way',
    sabotage: 'repairByOverwrite',
    breaks: PROMISE,
  },
  {
    claim: 'a replica that is believed after a failover has forgotten orders',
    sabotage: 'replicaBelieved',
    breaks: PROMISE,
  },
  {
    claim: 'a transfer that arrives twice makes units out of nothing',
    sabotage: 'giveWithoutNumber',
    breaks: PROMISE,
  },
  {
    claim: 'a transfer that arrives in another epoch makes units out of nothing',
    sabotage: 'giveInAnyEpoch',
    breaks: PROMISE,
    first: 100,
  },
  {
    claim: 'a transfer that grows on its way loses units',
    sabotage: 'transferThatGrows',
    breaks: PROMISE,
    first: 1350,
  },
  {
    claim: 'a token that is given back twice is sold twice',
    sabotage: 'tokenGivenBackTwice',
    breaks: /^P1: the token/,
    first: 50,
  },
  {
    claim: 'an order that is published again without its tokens loses them',
    sabotage: 'tokensForgotten',
    breaks: PROMISE,
  },
  {
    claim: 'a memory of sold out that does not count what rests is a lie',
    sabotage: 'restingNotCounted',
    breaks: LIE,
    first: 250,
  },
  {
    claim: 'a memory of sold out that is kept for too long is a lie',
    sabotage: 'memoryKeptTooLong',
    breaks: LIE,
  },
  {
    claim: 'a memory of sold out with the winners of another version refuses a winner',
    sabotage: 'winnersOfAnyVersion',
    breaks: /^P4/,
  },
  {
    claim: 'a memory of sold out without its winners refuses one',
    sabotage: 'winnersForgotten',
    breaks: /^P4/,
  },
  {
    claim: 'sold out by one reading of the segments is a lie',
    sabotage: 'soldOutByOneReading',
    breaks: LIE,
    first: 250,
  },
]

const thread = startThread()
after(() => thread.stop())

for (const { claim, sabotage, breaks, first = 1 } of RULES)
  test(claim, async (t) => {
    const span = { first, seeds: SEEDS_MAX, sabotage, matches: breaks, findingsMax: 1 }
    const [found] = (await thread.search(span)).findings
    assert(found, `nothing was found within ${SEEDS_MAX} seeds`)
    t.diagnostic(`seed ${found.seed}: ${found.violations.join('; ')}`)
    t.diagnostic(replayOf(found.seed, sabotage))
  })

test('every rule that is taken out has a claim', () => {
  const claimed = RULES.map(({ sabotage }) => sabotage)
  assert.deepEqual(claimed.toSorted(), Object.keys(SABOTAGES).toSorted())
})
