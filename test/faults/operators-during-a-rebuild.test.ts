// Redis comes back empty, the rebuild stands still at one of its steps, and meanwhile operators restock,
// retry, pause, resume and close, and a buyer gives the last unit back. All of it counts when the engine
// is open again, once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../audit/answers.ts'
import { eventually, type Json } from '../support/engine.ts'
import { type HeldEngine, heldEngine } from '../support/held-engine.ts'
import { startHerd } from '../support/herd.ts'
import { attempt, lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

// Before home reads the row, between that and the load, and as the engine is about to open.
const STEPS = [
  { at: 'ledger.seal', when: 'before' },
  { at: 'ledger.seal', when: 'after' },
  { at: 'redis.open', when: 'before' },
] as const

const STOCK = 40
const UNITS = 10

// Stands in the middle of a rebuild.
const lose = async (server: HeldEngine, step: (typeof STEPS)[number]) => {
  const hold = server.hold(step)
  await server.redis.restart({ emptied: true })
  await hold.reached
  return hold
}

const restock = async (server: HeldEngine, { saleId, key }: { saleId: string; key: string }) => {
  const reply = await fetch(`${server.url}/api/admin/sales/${saleId}/restock`, {
    method: 'POST',
    body: JSON.stringify({ units: UNITS, reason: 'more have come' }),
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
  })
  assert.equal(reply.status, 200)
}

test('what operators do during a rebuild counts once', needsOwnRedis(), async (context) => {
  const random = seeded(context)
  await using server = await heldEngine()
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: STOCK, strategy: 'tokens' })
  const tokens = await shop.tokens(saleId, 500)
  const of = { server, folder: server.folder, saleId, tokens, chance: random }
  await using herd = startHerd({ ...of, url: server.url, clients: 8, cancelShare: 0.2 })
  for (const [at, step] of STEPS.entries()) {
    const hold = await lose(server, step)
    for (const _again of [1, 2]) await restock(server, { saleId, key: `delivery-${at}` })
    await shop.post(`/api/admin/sales/${saleId}/pause`)
    await shop.post(`/api/admin/sales/${saleId}/resume`)
    hold.release()
    const total = STOCK + (at + 1) * UNITS
    await eventually(
      () => readAudit({ server, saleId }),
      (books) => books.available + books.returning + books.held === total,
    )
  }
  await herd.stop()
  const answers = [...herd.answers, ...(await sellOut(of))]
  const { total, live } = await lawHolds(context, { ...of, answers })
  assert.deepEqual([total, live], [STOCK + STEPS.length * UNITS, STOCK + STEPS.length * UNITS])
})

// Long enough that the next look comes too late: what rested through the rebuild is for sale before.
const LOOK_EVERY_MS = '1000'

for (const [verb, outcome] of [
  ['pause', 'paused'],
  ['close', 'ended'],
] as const)
  test(
    `a sale that operators ${verb} during a rebuild comes back ${outcome}`,
    needsOwnRedis(),
    async (context) => {
      await using server = await heldEngine({ SECKILL_LOOK_EVERY_MS: LOOK_EVERY_MS })
      const shop = operator(server)
      const saleId = await shop.makeSale({ stock: STOCK })
      const tokens = await shop.tokens(saleId, 2)
      const answers: Answer[] = []
      const ask = async (buyerId: string) => {
        const answer = await attempt(server.url, { saleId, buyerId, token: tokens.get(buyerId)! })
        answers.push(answer)
        return answer
      }
      const bought = await ask('1')
      const hold = await lose(server, { at: 'ledger.seal', when: 'after' })
      await shop.post(`/api/admin/sales/${saleId}/${verb}`)
      hold.release()
      await eventually(
        () => readAudit({ server, saleId }),
        (books) => books.engine === 'open',
      )
      await eventually(
        () => ask('2'),
        (answer) => answer.outcome === outcome,
      )
      const again = await ask('1')
      assert.deepEqual([again.outcome, again.orderId], ['already-reserved', bought.orderId])
      await lawHolds(context, { server, folder: server.folder, saleId, answers })
    },
  )

test(
  'the last unit is sold again that is given back during a rebuild',
  needsOwnRedis(),
  async (context) => {
    await using server = await heldEngine()
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: 1 })
    const tokens = await shop.tokens(saleId, STEPS.length + 1)
    const answers: Answer[] = []
    const ask = async (buyerId: string) => {
      const answer = await attempt(server.url, { saleId, buyerId, token: tokens.get(buyerId)! })
      answers.push(answer)
      return answer
    }
    for (const [at, step] of STEPS.entries()) {
      const buyerId = String(at + 1)
      const { orderId } = await eventually(
        () => ask(buyerId),
        (answer) => answer.outcome === 'accepted',
      )
      const path = `/api/admin/orders/${orderId}`
      const status = async () => (await shop.get(path).catch((): Json => ({}))).status
      await eventually(status, (seen) => seen === 'pending')
      const hold = await lose(server, step)
      await shop.post(`${path}/cancel`, { reason: 'asked for' })
      hold.release()
    }
    const last = await eventually(
      () => ask(String(STEPS.length + 1)),
      ({ outcome }) => outcome === 'accepted',
    )
    assert(last.orderId)
    assert.equal(
      (await lawHolds(context, { server, folder: server.folder, saleId, answers })).live,
      1,
    )
  },
)
