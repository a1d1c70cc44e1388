// `seckill backup` and `seckill restore` as programs: what they print, and why they refuse. What a
// restored sale does is in test/faults/restored-from-a-backup.test.ts.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

const ONE_LINE = /^seckill: [^\n]+\n$/

suite('backup and restore', () => {
  let server: Server
  let saleId: string
  let folder: string
  let file: string

  before(async () => {
    server = await startServer()
    saleId = await operator(server).makeSale({ stock: 10 })
    folder = await mkdtemp(join(tmpdir(), 'seckill-backup-'))
    file = join(folder, 'backup.db')
  })

  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (...words: string[]) => seckill(words, { env: { SECKILL_DATA: server.folder } })
  const refused = async (says: RegExp, ...words: string[]) => {
    const { code, stdout, stderr } = await run(...words)
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, says)
  }

  test('a running server is copied, and the copy is named with its size and checksum', async () => {
    const { code, stdout, stderr } = await run('backup', '--to', file)
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^backed up to \S+\n\n {2}size +\d+ bytes\n {2}sha-256 +[0-9a-f]{64}\n/)
    assert.match(stdout, /1 sales, 0 orders/)
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
  })

  test('a copy that is there is not overwritten', async () => {
    await refused(/exists: name another file/, 'backup', '--to', file)
  })

  test('a folder without a database is said, with the option that names one', async () => {
    const to = join(folder, 'other.db')
    await refused(/no seckill\.db .*--data/, 'backup', '--to', to, '--data', folder)
    assert.ok(!existsSync(to))
  })

  test('the folder of a running server is not restored', async () => {
    await refused(/used by another process/, 'restore', '--from', file, '--replace')
  })

  test('what is no backup is refused', async () => {
    const data = join(folder, 'data')
    const missing = join(folder, 'missing.db')
    await refused(/does not exist/, 'restore', '--from', missing, '--data', data)
    await refused(/no whole database/, 'restore', '--from', import.meta.filename, '--data', data)
  })

  test('a restored folder starts, and says which sales are paused and what comes next', async () => {
    const data = join(folder, 'data')
    const { code, stdout, stderr } = await run('restore', '--from', file, '--data', data)
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, new RegExp(`\n {2}paused +sales ${saleId}\n`))
    assert.match(stdout, /what came later is lost/)
    assert.match(stdout, new RegExp(`seckill sale resume ${saleId}\n`))
    await refused(/say --replace/, 'restore', '--from', file, '--data', data)
    await using restored = await startServer({ env: { SECKILL_DATA: data } })
    const sale = await operator(restored).get(`/api/admin/sales/${saleId}`)
    assert.equal(sale.status, 'paused')
  })
})
