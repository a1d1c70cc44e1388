// A gateway stands still between the decision of the stock engine and the queue, or between the queue and
// the epoch that it must read. Meanwhile Redis is killed and comes back empty, and the keeper rebuilds the
// sale. What the gateway then goes on with must not become a promise that is not kept (R1).
//
// PAUSE_MS=30000 node --test test/faults/cluster/gateway-paused-between-reserve-and-publish.test.ts

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../../audit/answers.ts'
import { eventually, type Json } from '../../support/engine.ts'
import { type HeldEngine, heldEngine, type Hold } from '../../support/held-engine.ts'
import { attempt, lawHolds, readAudit, seeded, sellOut } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { operator } from '../../support/operator.ts'

const PAUSE_MS = Number(process.env.PAUSE_MS ?? 1000)
const STOCK = 20

const SETS = {
  'orders in SQLite': { onCluster: false, needs: needsOwnRedis },
  'on a cluster': { onCluster: true, needs: needsCluster },
}

interface Paused {
  at: { at: string; when: 'before' | 'after' }
  rebuiltHolds: number // units that the rebuild found
  becomes: 'rejected' | 'pending' // the order
  again: 'accepted' | 'already-reserved'
}

const PAUSES: Record<string, Paused> = {
  'before it publishes': {
    at: { at: 'queue.publish', when: 'before' },
    rebuiltHolds: 0,
    becomes: 'rejected',
    again: 'accepted',
  },
  'after it has published': {
    at: { at: 'queue.publish', when: 'after' },
    rebuiltHolds: 1,
    becomes: 'pending',
    again: 'already-reserved',
  },
}

// A gateway that has just started on a busy machine may promise nothing yet: then it is asked again.
const untilHeld = async (hold: Hold, ask: () => Promise<Answer>) => {
  for (;;) {
    const answer = ask()
    const early = await Promise.race([hold.reached, answer])
    if (early === undefined) return { answer }
    assert(['busy', 'rebuilding'].includes(early.outcome), JSON.stringify(early))
  }
}

const restOfPause = (sinceMs: number) =>
  sleep(Math.max(0, PAUSE_MS - (performance.now() - sinceMs)))

const isRebuilt = async (server: HeldEngine, saleId: string): Promise<Json> => {
  const pausedMs = performance.now()
  await server.redis.restart({ emptied: true })
  const books = await eventually(
    () => readAudit({ server, saleId }),
    ({ engine, epoch, returning }) => engine === 'open' && epoch === 2 && returning === 0,
  )
  await restOfPause(pausedMs)
  return books
}

// Not there at all until it is recorded.
const statusBecomes = (wanted: string, of: { server: HeldEngine; orderId: string }) =>
  eventually(
    () =>
      operator(of.server)
        .get(`/api/admin/orders/${of.orderId}`)
        .catch((): Json => ({})),
    ({ status }) => status === wanted,
  )

for (const [where, { onCluster, needs }] of Object.entries(SETS))
  for (const [when, paused] of Object.entries(PAUSES))
    test(
      `a gateway paused ${when} promises nothing after a rebuild (${where})`,
      needs(),
      (context) => promisesNothing(context, { ...paused, onCluster }),
    )

const promisesNothing = async (
  context: TestContext,
  { at, rebuiltHolds, becomes, again, onCluster }: Paused & { onCluster: boolean },
) => {
  await using server = await heldEngine({}, { onCluster })
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: STOCK })
  const tokens = await shop.tokens(saleId, 200)
  const ask = () => attempt(server.url, { saleId, buyerId: '1', token: tokens.get('1')! })
  const hold = server.hold(at)
  const asked = await untilHeld(hold, ask)
  const { held } = await isRebuilt(server, saleId)
  assert.equal(held, rebuiltHolds)
  hold.release()

  const withheld = await asked.answer
  assert.equal(withheld.outcome, 'busy', 'the word is not given')
  await statusBecomes(becomes, { server, orderId: withheld.orderId! })
  const asksAgain = await ask()
  assert.equal(asksAgain.outcome, again)
  assert.equal(asksAgain.orderId === withheld.orderId, again === 'already-reserved')

  const { folder, database } = server
  const of = { server, folder, database, saleId, tokens, chance: seeded(context) }
  const sold = await sellOut(of)
  const books = await lawHolds(context, { ...of, answers: [withheld, asksAgain, ...sold] })
  assert.equal(books.live, STOCK)
}

for (const [where, { onCluster, needs }] of Object.entries(SETS))
  test(
    `an order that the sweep has published meanwhile is recorded once (${where})`,
    needs(),
    (context) => recordedOnce(context, onCluster),
  )

const recordedOnce = async (context: TestContext, onCluster: boolean) => {
  await using server = await heldEngine({}, { onCluster })
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: STOCK })
  const tokens = await shop.tokens(saleId, 200)
  const hold = server.hold({ at: 'queue.publish', when: 'before' })
  const ask = () => attempt(server.url, { saleId, buyerId: '1', token: tokens.get('1')! })
  const asked = await untilHeld(hold, ask)
  const pausedMs = performance.now()
  await eventually(
    () => readAudit({ server, saleId }),
    ({ live, inTransit }) => live === 1 && inTransit === 0,
  )
  await restOfPause(pausedMs)
  hold.release()
  const accepted = await asked.answer
  assert.equal(accepted.outcome, 'accepted')
  await statusBecomes('pending', { server, orderId: accepted.orderId! })

  const { folder, database } = server
  const of = { server, folder, database, saleId, tokens, chance: seeded(context) }
  const books = await lawHolds(context, { ...of, answers: [accepted, ...(await sellOut(of))] })
  assert.equal(books.live, STOCK)
}
