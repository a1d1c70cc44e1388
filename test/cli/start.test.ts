// `seckill start` as a program: what it prints, how it ends, and why it refuses to begin.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { startServer } from '../support/server.ts'
import { smallDisk } from '../support/small-disk.ts'

const ONE_LINE = /^seckill: [^\n]+\n$/

suite('start', () => {
  test('it prints its addresses, its key, the demo sale and what to do next', async () => {
    await using server = await startServer({ env: { SECKILL_DEMO: 'on' } })
    const answer = await fetch(`${server.url}/readyz`)
    assert.equal(answer.status, 200)
    const [, saleId] = /demo sale +http:\S+\/sales\/(\d+)\/, opens in \d+ s/.exec(server.output())!
    assert.match(server.output(), /is running at (http:\S+)\n\n {2}open +\1\/\n/)
    assert.match(server.output(), new RegExp(`npx seckill audit ${saleId} `))
    const headers = { authorization: `Bearer ${server.adminKey}` }
    const sale = await fetch(`${server.url}/api/admin/sales/${saleId}`, { headers })
    assert.equal(sale.status, 200)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal} drains it, and it ends with code 0`, async () => {
      await using server = await startServer()
      server.kill(signal)
      assert.deepEqual(await server.exited, { code: 0, signal: null })
    })

  test('a drain is bounded: then it says so and ends with code 1', async () => {
    await using server = await startServer({ env: { SECKILL_DRAIN_MS: '300' } })
    await using _stuck = await halfARequest(server.url)
    server.kill('SIGTERM')
    assert.deepEqual(await server.exited, { code: 1, signal: null })
    assert.match(server.output(), /^seckill: not drained within SECKILL_DRAIN_MS \(300 ms\)/m)
  })

  test('a second signal ends it at once with code 1', async () => {
    await using server = await startServer()
    await using _stuck = await halfARequest(server.url)
    server.kill('SIGTERM')
    await refused(server.url)
    server.kill('SIGINT')
    assert.deepEqual(await server.exited, { code: 1, signal: null })
    assert.match(server.output(), /^seckill: stopped at once/m)
  })

  test('a wrong setting is one line that names it, and code 2', async () => {
    const { code, stdout, stderr } = await seckill(['start'], { env: { SECKILL_DRAIN_MS: 'long' } })
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, /SECKILL_DRAIN_MS: expected .*"long"/)
  })

  test('a setting that does not exist is one line that names it, and code 2', async () => {
    const { code, stderr } = await seckill(['start'], { env: { SECKILL_PROT: '3000' } })
    assert.equal(code, 2)
    assert.match(stderr, /^seckill: SECKILL_PROT: there is no such setting.*\n$/)
  })

  test('an address for others needs real secrets: one line, and code 2', async () => {
    await using folder = await temporaryFolder()
    const env = { SECKILL_HOST: '0.0.0.0', SECKILL_DATA: folder.path }
    const { code, stderr } = await seckill(['start'], { env })
    assert.equal(code, 2)
    assert.match(stderr, /^seckill: SECKILL_ADMIN_KEY: needed in production .*\n$/)
    assert(!existsSync(join(folder.path, 'seckill.db')), 'nothing is made')
  })

  test('a port in use is named, with the setting that changes it', async () => {
    await using server = await startServer()
    await using folder = await temporaryFolder()
    const { port } = new URL(server.url)
    const env = { SECKILL_PORT: port, SECKILL_DATA: folder.path }
    const { code, stderr } = await seckill(['start'], { env })
    assert.equal(code, 1)
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, new RegExp(`port ${port} .*in use.*SECKILL_PORT`))
  })

  test('a folder that another process owns is refused, and its owner goes on', async () => {
    await using server = await startServer()
    const { code, stderr } = await seckill(['start'], { env: { SECKILL_DATA: server.folder } })
    assert.equal(code, 1)
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, /used by another process.*SECKILL_DATA/)
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  })

  test('a folder that cannot be one is refused', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'file')
    await writeFile(file, '')
    const { code, stderr } = await seckill(['start'], { env: { SECKILL_DATA: join(file, 'data') } })
    assert.equal(code, 1)
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, /cannot be used .*SECKILL_DATA/)
  })

  test('a folder that may not be written is refused', async (context) => {
    const isRoot = process.getuid?.() === 0 // who may write everywhere but on a read-only disk
    using disk = isRoot ? smallDisk({ bytes: 65_536, readOnly: true }) : undefined
    if (isRoot && disk === undefined) return context.skip('this account may not mount a disk')
    await using folder = await temporaryFolder()
    await chmod(folder.path, 0o500)
    const env = { SECKILL_DATA: disk?.folder ?? folder.path }
    const { code, stderr } = await seckill(['start'], { env })
    assert.equal(code, 1)
    assert.match(stderr, ONE_LINE)
    assert.match(stderr, /cannot be used .*SECKILL_DATA/)
  })

  test('damaged secrets are one line that says what to do', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'secrets.json'), '{}')
    const { code, stderr } = await seckill(['start'], { env: { SECKILL_DATA: folder.path } })
    assert.equal(code, 1)
    assert.match(stderr, /^seckill: .*secrets\.json is damaged: restore it, or delete it.*\n$/)
  })
})

const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'seckill-start-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

// An attempt whose body never comes: the server has to wait for it. The interim answer proves that it
// has begun to.
const halfARequest = async (url: string) => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const headers = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 11'
  socket.write(`POST /api/sales/1/attempts HTTP/1.1\r\n${headers}\r\nExpect: 100-continue\r\n\r\n{`)
  socket.on('error', () => undefined)
  await once(socket, 'data')
  return { [Symbol.asyncDispose]: async () => void socket.destroy() }
}

// Until nothing listens there any more.
const refused = async (url: string) => {
  while (
    await fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    )
  );
}
