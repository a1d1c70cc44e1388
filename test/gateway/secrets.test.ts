// Nothing secret gets out: no token, password, key or whole address is ever in the log, in a refusal, or
// in what is shown to those who watch.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { gatewayServer } from '../../src/gateway/server.ts'
import type { Json } from '../support/engine.ts'
import { type Server, startServer } from '../support/server.ts'

const OPERATOR = 'operator-key-0123456789-abcdefghijklmnop'
const VIEWER = 'viewer-key-0123456789-abcdefghijklmnopqr'
const SIGNING = 'signing-secret-0123456789-abcdefghijklmn'
const PAYMENT = `whsec_${Buffer.from('payment-secret-0123456789-abcdef').toString('base64')}`
const PASSWORD = 'correct-horse-battery-staple-2026'
const NUMBER = '0123456789012345' // a password somebody forgot to quote
const ADDRESSES = ['198.51.100.77', '2001:db8:77::77']

let server: Server
let seen: string[] // what was answered to those who must not see a secret
let issued: string[]

before(async () => {
  seen = []
  issued = []
  server = await startServer({
    env: {
      SECKILL_LOG_LEVEL: 'debug',
      SECKILL_ADMIN_KEY: `operator:ada:${OPERATOR},viewer:vic:${VIEWER}`,
      SECKILL_SECRET: `now:${SIGNING}`,
      SECKILL_PAYMENT_SECRET: PAYMENT,
      SECKILL_TRUSTED_PROXIES: '127.0.0.1',
      SECKILL_TRIES_PER_ADDRESS: '10000',
      SECKILL_TRIES_PER_NAME: '10000',
    },
  })
})

after(() => server[Symbol.asyncDispose]())

interface Asked {
  key?: string | undefined
  body?: unknown
  raw?: string
  from?: string | undefined
}

// Everything that is no good answer is kept, with its headers.
const ask = async (method: string, path: string, of: Asked = {}): Promise<Json> => {
  const { key, body, raw, from = ADDRESSES[0]! } = of
  const headers: Record<string, string> = { 'x-forwarded-for': from, 'user-agent': from }
  if (key !== undefined) headers['authorization'] = `Bearer ${key}`
  const text = raw ?? (body === undefined ? null : JSON.stringify(body))
  if (text !== null) headers['content-type'] = 'application/json'
  const reply = await fetch(server.url + path, { method, headers, body: text })
  const answered = await reply.text()
  if (!reply.ok) seen.push(JSON.stringify([...reply.headers]), answered)
  return reply.headers.get('content-type')?.includes('json') ? JSON.parse(answered) : answered
}

const operate = (path: string, body: unknown) => ask('POST', path, { key: OPERATOR, body })

const makeSale = async (): Promise<string> => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const { productId } = await operate('/api/admin/products', product)
  const { saleId } = await operate('/api/admin/sales', {
    productId,
    title: 'A sale',
    price: 99_900,
    currency: 'CNY',
    stock: 10,
    startsAt: new Date(Date.now() - 1000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  })
  return saleId
}

// A buyer who does everything right, and one who does everything wrong.
const traffic = async () => {
  const saleId = await makeSale()
  const account = { name: 'Ann', password: PASSWORD }
  await ask('POST', '/api/buyers', { body: account })
  const { sessionToken } = await ask('POST', '/api/sessions', { body: account })
  const entry = await ask('POST', `/api/sales/${saleId}/entries`, { key: sessionToken })
  const { purchaseToken } = entry
  issued.push(sessionToken, purchaseToken)
  for (const from of ADDRESSES)
    await ask('POST', `/api/sales/${saleId}/attempts`, { key: purchaseToken, from })
  await ask('GET', '/api/orders', { key: sessionToken })
  await wrongly({ saleId, sessionToken, purchaseToken })
  for (const address of ADDRESSES) {
    await operate('/api/admin/blocklist', { address, reason: 'a bot' })
    await operate('/api/admin/blocklist', { address, reason: 'a bot', until: 'never' })
    await ask('POST', `/api/sales/${saleId}/attempts`, { key: purchaseToken, from: address })
  }
}

const wrongly = async (of: { saleId: string; sessionToken: string; purchaseToken: string }) => {
  const tokens = [of.sessionToken, of.purchaseToken, OPERATOR, VIEWER]
  const bodies = [
    { name: 'Ann', password: `${PASSWORD} ` },
    { name: 'Ann', password: [PASSWORD] },
    { name: PASSWORD.repeat(9), password: PASSWORD },
    { address: ADDRESSES[0], cidr: ADDRESSES[1], reason: PASSWORD },
    { cidr: `${ADDRESSES[1]}/32`, reason: 'x' },
  ].map((body) => JSON.stringify(body))
  const broken = [`{"password":${NUMBER}}`, `{"password":"${PASSWORD}`, `${PASSWORD}`]
  const paths = ['/api/sessions', '/api/buyers', `/api/sales/${of.saleId}/attempts`]
  for (const path of [...paths, '/api/admin/blocklist', '/api/admin/orders/1/refund'])
    for (const raw of [...bodies, ...broken])
      for (const key of [undefined, OPERATOR, of.purchaseToken])
        await ask('POST', path, { raw, key })
  for (const token of tokens) {
    await ask('GET', `/api/orders/${token}?token=${token}`, { key: `${token}x` })
    await ask('GET', `/api/orders?token=${token}`, { key: of.sessionToken })
    await ask('GET', `/${token}`)
    for (const path of ['/api/admin/orders?cursor=', '/api/admin/audit-log?cursor='])
      await ask('GET', path + token, { key: VIEWER })
  }
}

const watched = ['/metrics', '/api/admin/overview', '/api/admin/settings', '/openapi.json']

test('no secret and no whole address is in the log, a refusal, or what is watched', async () => {
  await traffic()
  for (const path of watched) seen.push(JSON.stringify(await ask('GET', path, { key: VIEWER })))
  assert(seen.length > 100, 'much was refused')
  assert(server.output().length > 0, 'something was printed')
  assert(issued.every((token) => typeof token === 'string' && token.length > 20))
  const secrets = [OPERATOR, VIEWER, SIGNING, PAYMENT, PASSWORD, NUMBER, ...ADDRESSES, ...issued]
  for (const secret of secrets) {
    assert(!server.output().includes(secret), `${secret} is in the log`)
    const found = seen.find((text) => text.includes(secret))
    assert.equal(found, undefined, `${secret} is in an answer`)
  }
})

suite('the log of a failure', () => {
  test('names request and path, and nothing that was sent with them', async () => {
    const lines: string[] = []
    const kept = new Writable({
      write(line, _encoding, done) {
        lines.push(String(line))
        done()
      },
    })
    const app = await gatewayServer({
      attempts: {
        attempt: () => Promise.reject(new Error('a bug')),
        context: { nowMs: () => 0, chance: () => 0.5 },
        answered: () => undefined,
        nowMs: () => performance.now(),
        addressOf: () => ADDRESSES[0],
      },
      log: pino({ level: 'debug' }, kept),
      routes: [
        (scope) => {
          scope.get('/broken', () => Promise.reject(new Error('a bug')))
        },
      ],
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    const headers = { authorization: `Bearer ${VIEWER}`, 'x-forwarded-for': ADDRESSES[0]! }
    await fetch(`${url}/broken?token=${PASSWORD}`, { headers })
    await fetch(`${url}/api/sales/1/attempts?token=${PASSWORD}`, { method: 'POST', headers })
    await app.close()
    const [request, attempt] = lines.map((line): Json => JSON.parse(line))
    assert.deepEqual([request.msg, request.path], ['request failed', '/broken'])
    assert.equal(attempt.msg, 'attempt failed')
    for (const secret of [VIEWER, PASSWORD, ...ADDRESSES])
      assert(!lines.some((line) => line.includes(secret)), secret)
  })
})
