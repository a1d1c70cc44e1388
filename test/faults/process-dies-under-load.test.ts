// kill -9 at random moments while a herd buys and gives up; each time it is started again. Whatever a
// buyer was told must still be true, by the auditor, who sees only the answers, the database and what
// the engine says of itself at last.
//
// KILLS=50 SEED=7 node --test test/faults/process-dies-under-load.test.ts

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import { chance } from '../simulation/chance.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

const KILLS = Number(process.env.KILLS ?? 5)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const STOCK = 300
const BUYERS = 2000

// A moment for the herd before the next kill: sometimes hardly any, sometimes a second.
const LIVES_MS_MAX = 1000

test('no promise is broken by kill -9 at random moments under load', async (context) => {
  context.diagnostic(`SEED=${SEED} KILLS=${KILLS}`)
  const random = chance(SEED)
  const folder = await mkdtemp(join(tmpdir(), 'seckill-dies-'))
  let server: Server | undefined
  try {
    server = await startServer({ env: { SECKILL_DATA: folder } })
    const { url } = server
    const { port } = new URL(url)
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: STOCK })
    const tokens = await shop.tokens(saleId, BUYERS)
    await using herd = startHerd({
      url,
      saleId,
      tokens,
      clients: 16,
      cancelShare: 0.2,
      chance: random,
    })
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await sleep(random.below(LIVES_MS_MAX))
      server.kill('SIGKILL')
      await server.exited
      server = await startServer({ env: { SECKILL_DATA: folder, SECKILL_PORT: port } })
    }
    await sleep(LIVES_MS_MAX)
    await herd.stop()

    const books = await eventually(
      () => shop.get(`/api/admin/sales/${saleId}/audit`),
      (seen) => seen.inTransit === 0 && seen.returning === 0 && seen.live === seen.held,
    )
    const { answers } = herd
    const count = (outcome: string) => answers.filter((one) => one.outcome === outcome).length
    context.diagnostic(
      `answers ${answers.length}, accepted ${count('accepted')}, cancelled ${count('cancelled')}, ` +
        `none ${count('no-answer')}, live ${books.live}, released ${books.released}`,
    )
    assert.ok(count('accepted') >= STOCK, 'the herd has bought everything at least once')
    assert.ok(count('no-answer') > 0, 'and was interrupted')

    const verdict = await auditSale({
      database: join(folder, 'seckill.db'),
      answers,
      engines: { [saleId]: books as EngineBook },
      saleId,
      mustRest: true,
    })
    assert.deepEqual(verdict.violations, [])
    const seen = verdict.sales[0]!.books
    assert.deepEqual(
      [books.total, books.live, books.available, books.drift, books.oversold],
      [STOCK, seen.ledger.live, STOCK - seen.ledger.live, 0, 0],
      'the audit endpoint agrees with the auditor',
    )
  } finally {
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
})
