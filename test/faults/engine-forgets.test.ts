// The stock engine loses its memory in the middle of a herd, wholly or in part. Nothing is sold until
// the keeper has rebuilt it from the home book, and then the sale goes on by itself.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { auditSale } from '../../audit/audit-sale.ts'
import { chance } from '../simulation/chance.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { operator } from '../support/operator.ts'
import { startServer } from '../support/server.ts'

const STOCK = 200
const CLOSED_MS_MAX = 15_000

const LOSSES = {
  everything: 'delete from engine_segments; delete from engine_buyers',
  'the numbers alone': 'delete from engine_segments',
  'its last seconds, in an old epoch': 'update engine_segments set epoch = epoch - 1',
}

for (const [loss, sql] of Object.entries(LOSSES)) {
  test(`an engine that forgets ${loss} is rebuilt and breaks no promise`, async (context) => {
    await using server = await startServer({ env: { SECKILL_LOOK_EVERY_MS: '100' } })
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: STOCK })
    const tokens = await shop.tokens(saleId, 1000)
    const of = { url: server.url, saleId, tokens, clients: 8, cancelShare: 0.3 }
    await using herd = startHerd({ ...of, chance: chance(3) })
    const accepted = () => herd.answers.filter(({ outcome }) => outcome === 'accepted').length
    const sold = async (count: number) =>
      eventually(
        async () => accepted(),
        (seen) => seen >= count,
      )

    await sold(STOCK / 2)
    const audit = () => shop.get(`/api/admin/sales/${saleId}/audit`)
    const before = (await audit()).epoch
    forget(server.folder, sql)
    const lostMs = performance.now()
    const { epoch } = await eventually(
      audit,
      (books) => books.engine === 'open' && books.epoch > before,
    )
    const closedMs = performance.now() - lostMs
    context.diagnostic(`closed for ${Math.round(closedMs)} ms, epoch ${before} → ${epoch}`)
    assert.ok(closedMs < CLOSED_MS_MAX)
    await sold(accepted() + STOCK / 2)
    await herd.stop()

    await eventually(
      audit,
      (books) => books.inTransit === 0 && books.returning === 0 && books.drift === 0,
    )
    const databaseFile = join(server.folder, 'seckill.db')
    const verdict = auditSale({ databaseFile, answers: herd.answers, saleId, mustRest: true })
    assert.deepEqual(verdict.violations, [])
  })
}

const forget = (folder: string, sql: string) => {
  const database = new DatabaseSync(join(folder, 'seckill.db'), { timeout: 5000 })
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}
