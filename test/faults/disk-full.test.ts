// The disk under the data folder is full: nothing more is promised, everybody is told so, and what was
// promised stays. When there is room again the sale goes on by itself.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import { chance } from '../simulation/chance.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { operator } from '../support/operator.ts'
import { startServer } from '../support/server.ts'
import { smallDisk } from '../support/small-disk.ts'

// Room for the database and its whole write-ahead log.
const DISK_BYTES = 48 * 1024 * 1024

test('a full disk stops the promises, keeps those given, and lets go when there is room', async (t) => {
  using disk = smallDisk({ bytes: DISK_BYTES })
  if (disk === undefined) return t.skip('needs Linux and root, to mount a small disk')
  const { folder } = disk
  await using server = await startServer({
    env: { SECKILL_DATA: folder, SECKILL_LOG_LEVEL: 'silent' },
  })
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: 5000 })
  const tokens = await shop.tokens(saleId, 9000)
  const of = { url: server.url, saleId, tokens, clients: 8, cancelShare: 0.1 }
  await using herd = startHerd({ ...of, chance: chance(5) })
  const count = (outcome: string) => herd.answers.filter((one) => one.outcome === outcome).length
  const reached = (outcome: string, least: number) =>
    eventually(
      async () => count(outcome),
      (seen) => seen >= least,
    )

  await reached('accepted', 100)
  disk.fill()
  await reached('busy', 100)
  const product = { title: 'One too many', listPrice: 1, currency: 'CNY' }
  await assert.rejects(shop.post('/api/admin/products', product), /"code":"store-full"/)
  const before = count('accepted')
  disk.clear()
  await reached('accepted', before + 100)
  await herd.stop()

  const books = await eventually(
    () => shop.get(`/api/admin/sales/${saleId}/audit`),
    (seen) => seen.inTransit === 0 && seen.returning === 0 && seen.drift === 0,
  )
  const database = join(folder, 'seckill.db')
  const verdict = await auditSale({
    database,
    answers: herd.answers,
    engines: { [saleId]: books as EngineBook },
    saleId,
    mustRest: true,
  })
  assert.deepEqual(verdict.violations, [])
})
