// Redis comes back empty, and the keeper that rebuilds the sale is killed, with its whole process, after
// each step of the rebuild in turn; so is the next one, at the next step. Each begins again at the first.
// A step on several segments is cut off between two of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Death, dyingEngine } from '../support/dying-engine.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const STOCK = 60

const DEATHS: Death[] = [
  { at: 'ledger.raiseEpoch', when: 'after' },
  { at: 'redis.begin', when: 'after', turn: 2 },
  { at: 'queue.drained', when: 'after' },
  { at: 'ledger.seal', when: 'after' },
  { at: 'redis.load', when: 'after', turn: 2 },
  { at: 'redis.open', when: 'after', turn: 2 },
]

test('keepers that die in a rebuild leave it to the next', needsOwnRedis(), async (context) => {
  const random = seeded(context)
  await using engine = await dyingEngine({ SECKILL_LEASE_MS: '500' })
  const first = await engine.start()
  const { url } = first
  const shop = operator(first)
  const saleId = await shop.makeSale({ stock: STOCK, strategy: 'segmented', segments: 3 })
  const tokens = await shop.tokens(saleId, 500)
  await using herd = startHerd({
    url,
    saleId,
    tokens,
    clients: 4,
    cancelShare: 0.2,
    chance: random,
  })
  await eventually(
    () => readAudit({ server: first, saleId }),
    ({ live }) => live >= STOCK / 2,
  )
  first.kill('SIGKILL')
  await engine.redis.restart({ emptied: true })
  for (const death of DEATHS) await engine.die(death)
  const server = await engine.start()
  const { epoch } = await eventually(
    () => readAudit({ server, saleId }),
    (books) => books.engine === 'open',
  )
  assert.equal(epoch, 1 + DEATHS.length + 1, 'each keeper began anew, and only the last one ended')
  await herd.stop()

  const of = { server, folder: engine.folder, saleId, tokens, chance: random }
  const books = await lawHolds(context, {
    ...of,
    answers: [...herd.answers, ...(await sellOut(of))],
  })
  assert.equal(books.live, STOCK)
})
