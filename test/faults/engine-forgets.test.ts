// The stock engine loses its memory in the middle of a herd, or home has gone on without it. Nothing is
// sold until the keeper has rebuilt it from the home book, and then the sale goes on by itself.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import { chance } from '../simulation/chance.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

const STOCK = 200
const CLOSED_MS_MAX = 15_000

type Loss = (server: Server, restart: () => Promise<Server>) => Promise<Server>

const LOSSES: Record<string, Loss> = {
  'everything, with its process': async (server, restart) => {
    server.kill('SIGKILL')
    await server.exited
    return restart()
  },
  'that home has begun another epoch': async (server) => {
    const database = new DatabaseSync(join(server.folder, 'seckill.db'), { timeout: 5000 })
    database.exec('update sale_stock set epoch = epoch + 1')
    database.close()
    return server
  },
}

for (const [loss, forget] of Object.entries(LOSSES)) {
  test(`an engine that forgets ${loss} is rebuilt and breaks no promise`, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'seckill-forgets-'))
    const env = { SECKILL_DATA: folder, SECKILL_LOOK_EVERY_MS: '100' }
    let server = await startServer({ env })
    try {
      const { url } = server
      const restart = () => startServer({ env: { ...env, SECKILL_PORT: new URL(url).port } })
      const shop = operator(server)
      const saleId = await shop.makeSale({ stock: STOCK })
      const tokens = await shop.tokens(saleId, 1000)
      const of = { url, saleId, tokens, clients: 8, cancelShare: 0.3 }
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
      server = await forget(server, restart)
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

      const books = await eventually(
        audit,
        (seen) => seen.inTransit === 0 && seen.returning === 0 && seen.drift === 0,
      )
      const verdict = await auditSale({
        database: join(folder, 'seckill.db'),
        answers: herd.answers,
        engines: { [saleId]: books as EngineBook },
        saleId,
        mustRest: true,
      })
      assert.deepEqual(verdict.violations, [])
    } finally {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    }
  })
}
