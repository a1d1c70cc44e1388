// The operations port: whoever can reach it sees whether the process works and what it counts, without a
// key, and sees nothing else; also while nobody gets in at the other port any more.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type Environment, readConfig } from '../../src/config.ts'
import { type RoleName, ROLES } from '../../src/processes/credentials.ts'
import { startRoles } from '../../src/processes/start.ts'
import { seckill } from '../support/cli.ts'
import { configOf, eventually, type Json, OPERATOR } from '../support/engine.ts'
import { startServer } from '../support/server.ts'
import { talk } from '../security/talk.ts'

const start = async (settings: Environment = {}, roles: readonly RoleName[] = ROLES) => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-operations-'))
  const config = configOf(folder, { SECKILL_OPERATIONS_PORT: '0', ...settings })
  const running = (await startRoles(config, { roles }))!
  return {
    ...running,
    operationsUrl: running.operationsUrl!,
    async [Symbol.asyncDispose]() {
      await running.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const asked = async (url: string, options: RequestInit = {}) => {
  const response = await fetch(url, options)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  const body: Json = isJson ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body }
}

suite('the operations port', { concurrency: true }, () => {
  for (const roles of [ROLES, ...ROLES.map((role) => [role])])
    test(`of ${roles.join(', ')} has metrics without a key, and health`, async () => {
      await using running = await start({}, roles)
      const { operationsUrl, url } = running
      assert.match(operationsUrl, /^http:\/\/127\.0\.0\.1:\d+$/)
      const metrics = await asked(`${operationsUrl}/metrics`)
      assert.equal(metrics.status, 200)
      assert.match(metrics.headers.get('content-type')!, /^text\/plain/)
      assert.match(metrics.body, /^seckill_event_loop_delay_seconds/m)
      assert.equal((await asked(`${operationsUrl}/healthz`)).body.status, 'ok')
      const ready = await eventually(
        () => asked(`${operationsUrl}/readyz`),
        ({ status }) => status === 200,
      )
      assert.deepEqual(ready.body, { ready: true, missing: [] })

      assert.equal((await asked(`${url}/metrics`)).status, 401, 'the other port wants a key')
      const headers = { authorization: `Bearer ${OPERATOR}` }
      assert.equal((await asked(`${url}/metrics`, { headers })).status, 200)
    })

  test('has nothing else, with whatever key', async () => {
    await using running = await start()
    const { operationsUrl } = running
    const headers = { authorization: `Bearer ${OPERATOR}` }
    const document = await asked(`${running.url}/openapi.json`)
    const own = ['/metrics', '/healthz', '/readyz']
    const others = Object.keys(document.body.paths).filter((path) => !own.includes(path))
    assert(others.length > 30)
    for (const path of others)
      for (const method of ['GET', 'POST']) {
        const found = await asked(operationsUrl + path.replaceAll(/[{}]/g, ''), { headers, method })
        assert.deepEqual([found.status, found.body.code], [404, 'not-found'], `${method} ${path}`)
        assert.equal(found.headers.get('content-type'), 'application/problem+json')
        assert(found.headers.has('x-request-id'))
      }
    for (const path of own) {
      const { status, body } = await asked(operationsUrl + path, { method: 'POST' })
      assert.deepEqual([status, body.code], [405, 'method-not-allowed'])
    }
    const odd = {
      'GET /metrics HTTP/1.1\r\n\r\n': 'malformed',
      [`GET /metrics HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(9000)}\r\n\r\n`]: 'header-too-large',
      'NONSENSE\r\n\r\n': 'malformed',
    }
    for (const [bytes, code] of Object.entries(odd))
      assert.deepEqual((await talk(operationsUrl, bytes)).codes, [code])
  })

  test('answers while nobody gets in at the other one', async () => {
    await using running = await start({ SECKILL_CONNECTIONS_MAX: '2' })
    const { operationsUrl, port } = { ...running, port: Number(new URL(running.url).port) }
    const sockets = [0, 1].map(() => connect(port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    await assert.rejects(fetch(`${running.url}/healthz`))
    assert.equal((await asked(`${operationsUrl}/readyz`)).status, 200)
    assert.equal((await asked(`${operationsUrl}/metrics`)).status, 200)
    for (const socket of sockets) socket.destroy()
  })

  test('says that the process stops, until it has stopped', async () => {
    await using running = await start()
    const { operationsUrl, url } = running
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const head = 'POST /api/sales/1/attempts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json'
    socket.write(`${head}\r\ncontent-length: 2\r\n\r\n{`)
    await eventually(
      () => asked(`${operationsUrl}/metrics`),
      ({ status }) => status === 200,
    )
    const stopped = running.stop()
    await eventually(
      () => fetch(`${url}/healthz`).catch(() => undefined),
      (answer) => answer === undefined,
    )
    const ready = await asked(`${operationsUrl}/readyz`)
    assert.deepEqual([ready.status, ready.body], [503, { ready: false, missing: ['stop'] }])
    assert.equal((await asked(`${operationsUrl}/metrics`)).status, 200)
    socket.write('}')
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 404 /)
    await stopped
    await assert.rejects(fetch(`${operationsUrl}/healthz`))
  })
})

test('an operations port is open on its own address only, and printed', async () => {
  const env = { SECKILL_OPERATIONS_PORT: '0', SECKILL_OPERATIONS_HOST: '127.0.0.2' }
  await using server = await startServer({ env })
  const [, url] = /^ {2}operations +(http:\/\/127\.0\.0\.2:\d+)\/metrics$/m.exec(server.output())!
  assert.equal((await asked(`${url}/metrics`)).status, 200)
  await assert.rejects(fetch(url!.replace('127.0.0.2', '127.0.0.1')))
})

test('without the setting there is no operations port', async () => {
  await using running = await start({ SECKILL_OPERATIONS_PORT: 'off' })
  assert.equal(running.operationsUrl, undefined)
})

test('an operations port that is in use, or the same, is named', async () => {
  await using running = await start()
  const { port } = new URL(running.operationsUrl)
  const env = { SECKILL_OPERATIONS_PORT: port, SECKILL_PORT: '0', SECKILL_DATA: '/nowhere' }
  const { code, stderr } = await seckill(['start'], { env })
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`port ${port} of 127.0.0.1 is in use: .*SECKILL_OPERATIONS_PORT`))
  const read = (wanted: string) =>
    readConfig({ SECKILL_PORT: '3000', SECKILL_OPERATIONS_PORT: wanted }, '/nowhere')
  assert.throws(() => read('3000'), /SECKILL_OPERATIONS_PORT: must be another port/)
  assert.throws(() => read('on'), /SECKILL_OPERATIONS_PORT: expected off or a whole number from 0/)
})
