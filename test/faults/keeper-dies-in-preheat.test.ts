// A new sale is put into the engine, and whoever does it is killed after each step in turn: the first is
// the gateway that was asked to make the sale, the others are keepers. The sale is there all the same, and
// the last one opens it with every unit it has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Death, dyingEngine } from '../support/dying-engine.ts'
import { eventually } from '../support/engine.ts'
import { lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const STOCK = 30

const DEATHS: Death[] = [
  { at: 'redis.begin', when: 'after', turn: 2 },
  { at: 'ledger.seal', when: 'after' },
  { at: 'redis.open', when: 'before', turn: 2 },
  { at: 'redis.open', when: 'after', turn: 2 },
]

test('keepers that die in a preheat leave it to the next', needsOwnRedis(), async (context) => {
  await using engine = await dyingEngine({ SECKILL_LEASE_MS: '500' })
  const first = await engine.start({ at: 'ledger.raiseEpoch', when: 'after' })
  const sale = { stock: STOCK, strategy: 'segmented', segments: 2 }
  await assert.rejects(operator(first).makeSale(sale), 'nobody answers')
  assert.equal((await first.exited).signal, 'SIGKILL')
  for (const death of DEATHS) await engine.die(death)

  const server = await engine.start()
  const shop = operator(server)
  const { sales } = await shop.get('/api/admin/sales')
  assert.equal(sales.length, 1)
  const [{ saleId }] = sales
  const { epoch, live } = await eventually(
    () => readAudit({ server, saleId }),
    (books) => books.engine === 'open' && books.available === STOCK,
  )
  assert.deepEqual([epoch, live], [1 + DEATHS.length, 0], 'the last one died when all was done')
  const tokens = await shop.tokens(saleId, 100)
  const of = { server, folder: engine.folder, saleId, tokens, chance: seeded(context) }
  const books = await lawHolds(context, { ...of, answers: await sellOut(of) })
  assert.equal(books.live, STOCK)
})
