// The log goes to a full disk: lines are lost, and nothing else. The server sells on, and ends when it
// is told to.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { eventually } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { SECKILL, serverEnvironment } from '../support/server.ts'

const ADMIN_KEY = 'a-key-for-this-test-only'

const within = (ms: number) => ({ signal: AbortSignal.timeout(ms) })

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a log that cannot be written stops nothing', async (t) => {
  if (!existsSync('/dev/full')) return t.skip('needs /dev/full')
  const folder = await mkdtemp(join(tmpdir(), 'seckill-log-'))
  const port = await freePort()
  const env = serverEnvironment({
    SECKILL_DATA: folder,
    SECKILL_PORT: String(port),
    SECKILL_LOG_LEVEL: 'info',
    SECKILL_LOOK_EVERY_MS: '50',
    SECKILL_ADMIN_KEY: ADMIN_KEY,
  })
  const child = spawn(process.execPath, [SECKILL, 'start'], {
    env,
    stdio: ['ignore', openSync('/dev/full', 'w'), 'ignore'],
  })
  try {
    const url = `http://127.0.0.1:${port}`
    const alive = async () =>
      (await fetch(`${url}/healthz`, within(1000)).catch(() => undefined))?.status
    await eventually(alive, (status) => status === 200)
    const shop = operator({ url, adminKey: ADMIN_KEY })
    const saleId = await shop.makeSale({ stock: 5 })
    const database = new DatabaseSync(join(folder, 'seckill.db'), { timeout: 5000 })
    database.exec('update sale_stock set epoch = epoch + 1')
    database.close()
    // The keeper rebuilds the sale, and writes a line about it.
    const books = await eventually(
      () => shop.get(`/api/admin/sales/${saleId}/audit`),
      (seen) => seen.engine === 'open' && seen.epoch > 2,
    )
    assert.equal(books.total, 5)
    assert.equal(await alive(), 200)
    const ended = once(child, 'exit', within(10_000))
    child.kill('SIGTERM')
    const [, signal] = await ended
    assert.equal(signal, null, 'it ended by itself')
  } finally {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
})
