// A gateway that is behind: it is stopped while thousands ask, and has them all before it when it goes on. Who
// has waited for too long is told to come again, but nobody who asks for his own.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type Json } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { startServer } from '../support/server.ts'

const SHED_AT_MS = 50 // the least there may be
const CROWD = 5000 // each of whom asks four times, which takes longer than that on any machine
const TIMES = 4

interface Told {
  status: number
  retryAfter: number
  body: Json
}

// Over a connection that is there already, as from an edge.
const asker = (url: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const ask = (
    method: string,
    path: string,
    { token, body }: { token?: string; body?: object } = {},
  ) => {
    const { promise, resolve, reject } = Promise.withResolvers<Told>()
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    }
    const asking = request(url + path, { method, agent, headers }, (response) => {
      let text = ''
      response.on('data', (part) => (text += part))
      response.once('end', () =>
        resolve({
          status: response.statusCode!,
          retryAfter: Number(response.headers['retry-after']),
          body: JSON.parse(text),
        }),
      )
    })
    asking.once('error', reject)
    asking.end(body && JSON.stringify(body))
    return promise
  }
  return { ask, [Symbol.dispose]: () => agent.destroy() }
}

// Connections that are open, and ask at once, in their order.
const crowdAt = async (url: string, path: string) => {
  const { port, hostname } = new URL(url)
  const sockets = Array.from({ length: CROWD }, () => connect(Number(port), hostname))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const ask = () =>
    Promise.all(
      sockets.map(async (socket) => {
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\n\r\n`.repeat(TIMES),
        )
        const [bytes] = await once(socket, 'data')
        return Number(/^HTTP\/1\.1 (\d+)/.exec(String(bytes))![1])
      }),
    )
  return { ask, [Symbol.dispose]: () => sockets.forEach((socket) => socket.destroy()) }
}

const of = ({ adminKey }: { adminKey: string }) => {
  return { headers: { authorization: `Bearer ${adminKey}` } }
}

test('who was heard too late is told to come again, but not who asks for his own', async () => {
  await using server = await startServer({
    env: { SECKILL_SHED_DELAY_MS: String(SHED_AT_MS), SECKILL_DEMO: 'off' },
  })
  using open = asker(server.url)
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: 10 })
  const tokens = await shop.tokens(saleId, 2)
  const [winner, other] = [tokens.get('1')!, tokens.get('2')!]
  const attempts = `/api/sales/${saleId}/attempts`
  const bought = await open.ask('POST', attempts, { token: winner })
  const { orderId } = bought.body
  const own = `/api/orders/${orderId}?saleId=${saleId}`
  await Promise.all([1, 2, 3, 4, 5].map(() => open.ask('GET', '/healthz'))) // connections
  using crowd = await crowdAt(server.url, attempts)

  server.kill('SIGSTOP')
  const account = { name: 'a newcomer', password: 'a password of some length' }
  const told = crowd.ask()
  const late = Promise.all([
    open.ask('POST', attempts, { token: other }),
    open.ask('POST', '/api/buyers', { body: account }),
    open.ask('GET', own, { token: winner }),
    open.ask('POST', `/api/orders/${orderId}/cancel?saleId=${saleId}`, { token: winner, body: {} }),
  ])
  await sleep(100) // until all have asked
  server.kill('SIGCONT')
  const statuses = await told
  assert.equal(statuses[0], 401, 'who was heard at once was looked at')
  assert(statuses.includes(503), 'others were not')
  const [attempt, entrance, read, cancel] = await late
  for (const put of [attempt, entrance]) {
    assert.deepEqual([put.status, put.body.code], [503, 'busy'])
    assert(put.retryAfter >= 1)
  }
  assert.deepEqual([read.status, read.body.status], [200, 'pending'])
  assert.deepEqual([cancel.status, cancel.body.status], [200, 'cancelled'])

  await eventually(
    () => open.ask('POST', attempts, { token: other }),
    ({ body }) => ['accepted', 'already-reserved'].includes(body.outcome),
  )
  await eventually(
    () => open.ask('POST', '/api/buyers', { body: account }),
    ({ status }) => status === 201,
  )
  const text = await (await fetch(`${server.url}/metrics`, of(server))).text()
  assert.match(text, /seckill_shed_total\{what="attempts"\} [1-9]/)
  assert.match(text, /seckill_shed_total\{what="entrances"\} [1-9]/)
})

test('more connections than there may be are closed at once, and the others are heard', async () => {
  await using server = await startServer({
    env: { SECKILL_CONNECTIONS_MAX: '20', SECKILL_DEMO: 'off' },
  })
  const { port, hostname } = new URL(server.url)
  const sockets = Array.from({ length: 40 }, () => connect(Number(port), hostname))
  const ends = sockets.map((socket) => {
    socket.write('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n')
    return new Promise<string>((resolve) => {
      socket.once('data', () => resolve('heard'))
      socket.once('close', () => resolve('closed'))
      socket.once('error', () => resolve('closed'))
    })
  })
  const told = await Promise.all(ends)
  assert.equal(told.filter((one) => one === 'heard').length, 20)
  for (const socket of sockets) socket.destroy()
  let dropped = 20 // and whoever comes before the server has noticed that they are gone
  const look = () =>
    fetch(`${server.url}/metrics`, of(server)).then(
      (response) => response.text(),
      () => {
        dropped += 1
        return ''
      },
    )
  const metrics = await eventually(look, (text) => /^seckill_connections 1$/m.test(text))
  assert.match(metrics, new RegExp(`^seckill_connections_dropped_total ${dropped}$`, 'm'))
})
