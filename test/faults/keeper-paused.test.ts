// A keeper stands still in the middle of a rebuild, for longer than its lease. Another one rebuilds the
// sale, which sells again; then the first wakes up and goes on with what it was about to do. It must
// neither close the sale nor bring anything of its old book into it.
//
// PAUSE_MS=30000 node --test test/faults/keeper-paused.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/engine.ts'
import { heldEngine } from '../support/held-engine.ts'
import { startHerd } from '../support/herd.ts'
import { attempt, lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const PAUSE_MS = Number(process.env.PAUSE_MS ?? 0)
const STOCK = 60

const STEPS = [
  { at: 'ledger.raiseEpoch', when: 'before' },
  { at: 'redis.begin', when: 'before' },
  { at: 'ledger.seal', when: 'before' },
  { at: 'redis.load', when: 'before' },
  { at: 'redis.open', when: 'before' },
] as const

test('a keeper that was paused in a rebuild changes nothing', needsOwnRedis(), async (context) => {
  const random = seeded(context)
  await using server = await heldEngine({ SECKILL_LEASE_MS: '500' })
  server.addKeeper('the other keeper')
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: STOCK, strategy: 'segmented', segments: 2 })
  const tokens = await shop.tokens(saleId, 300)
  const of = { server, folder: server.folder, saleId, tokens, chance: random }
  const books = () => readAudit({ server, saleId })
  await using herd = startHerd({ ...of, url: server.url, clients: 8, cancelShare: 0.3 })
  const goesOn = async () => {
    const { released } = await eventually(books, ({ engine }) => engine === 'open')
    return eventually(books, (now) => now.released > released)
  }
  await goesOn()
  for (const step of STEPS) {
    const hold = server.hold(step)
    await server.redis.restart({ emptied: true })
    await hold.reached
    const { epoch } = await eventually(books, ({ engine }) => engine === 'open')
    await sleep(PAUSE_MS)
    hold.release()
    await hold.passed
    assert.equal((await goesOn()).epoch, epoch, `nothing is begun again after ${step.at}`)
  }
  await herd.stop()
  const answers = [...herd.answers, ...(await sellOut(of))]
  const { live } = await lawHolds(context, { ...of, answers })
  assert.equal(live, STOCK)
})

test(
  'a keeper that wakes up as another one loads brings nothing of its old book',
  needsOwnRedis(),
  async (context) => {
    await using server = await heldEngine({ SECKILL_LEASE_MS: '500' })
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: 2 })
    const tokens = await shop.tokens(saleId, 3)
    const books = () => readAudit({ server, saleId })
    const ask = (buyerId: string) =>
      attempt(server.url, { saleId, buyerId, token: tokens.get(buyerId)! })
    const accepted = (buyerId: string) =>
      eventually(
        () => ask(buyerId),
        ({ outcome }) => outcome === 'accepted',
      )
    const answers = [await accepted('1'), await accepted('2')]
    await eventually(books, ({ live, inTransit }) => live === 2 && inTransit === 0)

    const first = server.hold({ at: 'redis.load', when: 'before' })
    await server.redis.restart({ emptied: true })
    await first.reached
    await shop.post(`/api/admin/orders/${answers[0]!.orderId}/cancel`, { reason: 'asked for' })
    const second = server.hold({ at: 'redis.load', when: 'before' })
    server.addKeeper('the other keeper')
    await second.reached
    first.release()
    await first.passed
    second.release()
    const { epoch, held } = await eventually(books, ({ engine }) => engine === 'open')
    assert.deepEqual([epoch, held], [3, 1])
    answers.push(await accepted('3'))
    const { live } = await lawHolds(context, { server, folder: server.folder, saleId, answers })
    assert.equal(live, 2)
  },
)
