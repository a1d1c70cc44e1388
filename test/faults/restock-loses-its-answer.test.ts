// kill -9 between the commit of a restock and its answer. Whoever sends it again with the same key gets
// the answer, and the units count once; a kill before the commit loses nothing either.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Json } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

// Kills the process the moment it has committed a transaction that restocked, or before that.
const killing = (when: 'before' | 'after') => `
  import { DatabaseSync } from 'node:sqlite'
  const { prepare, exec } = DatabaseSync.prototype
  let restocked = false
  DatabaseSync.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    if (!sql.includes('restocked = restocked +')) return statement
    const run = statement.run.bind(statement)
    statement.run = (...values) => ((restocked = true), run(...values))
    return statement
  }
  DatabaseSync.prototype.exec = function (sql) {
    const die = restocked && sql === 'commit'
    if (die && '${when}' === 'before') process.kill(process.pid, 'SIGKILL')
    exec.call(this, sql)
    if (die) process.kill(process.pid, 'SIGKILL')
  }
`

const UNITS = 5

const restock = async ({ url, adminKey }: Server, saleId: string) => {
  const reply = await fetch(`${url}/api/admin/sales/${saleId}/restock`, {
    method: 'POST',
    body: JSON.stringify({ units: UNITS, reason: 'more have come' }),
    headers: {
      authorization: `Bearer ${adminKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'restock-1',
    },
  })
  const body: Json = await reply.json()
  return { status: reply.status, saleId: body.saleId }
}

for (const when of ['before', 'after'] as const)
  test(`a restock counts once when the process dies ${when} its commit`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'seckill-restock-'))
    const env = { SECKILL_DATA: folder }
    const preload = `data:text/javascript,${encodeURIComponent(killing(when))}`
    let server: Server | undefined
    try {
      server = await startServer({ env, nodeArguments: ['--import', preload] })
      const saleId = await operator(server).makeSale({ stock: 10 })
      await assert.rejects(restock(server, saleId))
      assert.equal((await server.exited).signal, 'SIGKILL')

      server = await startServer({ env })
      const path = `/api/admin/sales/${saleId}`
      const total = async (): Promise<number> => (await operator(server!).get(path)).stock.total
      assert.equal(await total(), when === 'after' ? 10 + UNITS : 10)
      for (const _again of [1, 2]) {
        assert.deepEqual(await restock(server, saleId), { status: 200, saleId })
        assert.equal(await total(), 10 + UNITS)
      }
    } finally {
      await server?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    }
  })
