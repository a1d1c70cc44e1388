// SIGTERM in the middle of a herd: what was begun is answered, the process is gone within ten seconds
// with exit code 0, and after the next start everything that was promised is there.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import { chance } from '../simulation/chance.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { operator } from '../support/operator.ts'
import { startServer } from '../support/server.ts'

const DRAINS_WITHIN_MS = 10_000
const STOCK = 500

test('told to stop under load, it drains, exits with 0 and loses nothing', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-stops-'))
  try {
    const env = { SECKILL_DATA: folder }
    await using first = await startServer({ env })
    const shop = operator(first)
    const saleId = await shop.makeSale({ stock: STOCK })
    const tokens = await shop.tokens(saleId, 2000)
    const of = { url: first.url, saleId, tokens, clients: 16, cancelShare: 0.1 }
    await using herd = startHerd({ ...of, chance: chance(1) })
    await eventually(
      async () => herd.answers.filter(({ outcome }) => outcome === 'accepted').length,
      (accepted) => accepted > STOCK / 4,
    )
    const toldMs = performance.now()
    first.kill('SIGTERM')
    assert.deepEqual(await first.exited, { code: 0, signal: null }, first.output())
    const drainedMs = performance.now() - toldMs
    context.diagnostic(`drained in ${Math.round(drainedMs)} ms`)
    assert.ok(drainedMs < DRAINS_WITHIN_MS, `drained in ${drainedMs} ms`)
    await herd.stop()

    await using second = await startServer({ env })
    const again = operator(second)
    const books = await eventually(
      () => again.get(`/api/admin/sales/${saleId}/audit`),
      (seen) => seen.inTransit === 0 && seen.returning === 0 && seen.live === seen.held,
    )
    assert.equal(books.drift, 0)
    const database = join(folder, 'seckill.db')
    const verdict = await auditSale({
      database,
      answers: herd.answers,
      engines: { [saleId]: books as EngineBook },
      saleId,
      mustRest: true,
    })
    assert.deepEqual(verdict.violations, [])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a client that never finishes asking does not keep it from ending well', async () => {
  await using server = await startServer()
  const { hostname, port } = new URL(server.url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  const asked = ['POST /api/sales/1/attempts HTTP/1.1', 'Host: x', 'Content-Length: 9']
  socket.write([...asked, 'Expect: 100-continue', '', ''].join('\r\n'))
  const [interim] = await once(socket, 'data') // it has begun to wait for the body
  assert.match(String(interim), /^HTTP\/1.1 100 /)
  const toldMs = performance.now()
  server.kill('SIGTERM')
  assert.deepEqual(await server.exited, { code: 0, signal: null }, server.output())
  assert.ok(performance.now() - toldMs < DRAINS_WITHIN_MS)
  socket.destroy()
})
