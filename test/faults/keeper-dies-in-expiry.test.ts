// Orders that nobody paid expire together, and the keeper that gives their units back is killed after each
// step in turn; so is the next one, at the next step. All units come back, each once, and are sold again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Death, dyingEngine } from '../support/dying-engine.ts'
import { eventually } from '../support/engine.ts'
import { lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const STOCK = 12
const PAY_WITHIN_MS = 2000

const DEATHS: Death[] = [
  { at: 'ledger.release', when: 'before' }, // the orders have expired in their shard
  { at: 'ledger.release', when: 'after' }, // home has the units
  { at: 'redis.release', when: 'after' }, // the engine has them
  { at: 'ledger.finishTasks', when: 'after' }, // the engine need not be told again
]

test('keepers that die as orders expire strand no unit', needsOwnRedis(), async (context) => {
  await using engine = await dyingEngine()
  const first = await engine.start()
  const shop = operator(first)
  const saleId = await shop.makeSale({
    stock: STOCK,
    strategy: 'tokens',
    payWithinMs: PAY_WITHIN_MS,
  })
  const tokens = await shop.tokens(saleId, 100)
  const of = { folder: engine.folder, saleId, tokens, chance: seeded(context) }
  const bought = await sellOut({ ...of, server: first })
  for (const death of DEATHS) await engine.die(death)

  const server = await engine.start()
  const { released, live, epoch } = await eventually(
    () => readAudit({ server, saleId }),
    ({ available }) => available === STOCK,
  )
  assert.deepEqual([released, live, epoch], [STOCK, 0, 1], 'without a rebuild')
  const again = await sellOut({ ...of, server })
  await lawHolds(context, { ...of, server, answers: [...bought, ...again] })
})
