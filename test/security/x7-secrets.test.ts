// X7: nothing secret gets out. After a busy run at the level `debug`, with good and bad requests of
// everybody, no key, secret, token, password, hash or whole address is in the log, in a refusal, in what
// is watched, in an address, or in the tables that do not need it.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Writable } from 'node:stream'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { gatewayServer } from '../../src/gateway/server.ts'
import { solutionOf } from '../support/challenge.ts'
import type { Json } from '../support/engine.ts'
import { signed, webhook } from '../support/provider.ts'
import { type Server, startServer } from '../support/server.ts'

const OPERATOR = 'operator-key-0123456789-abcdefghijklmnop'
const VIEWER = 'viewer-key-0123456789-abcdefghijklmnopqr'
const SIGNING = 'signing-secret-0123456789-abcdefghijklmn'
const PAYMENT = `whsec_${Buffer.from('payment-secret-0123456789-abcdef').toString('base64')}`
const PASSWORD = 'correct-horse-battery-staple-2026'
const NUMBER = '0123456789012345' // a password somebody forgot to quote
const ADDRESSES = ['198.51.100.77', '2001:db8:77::77']

let server: Server
let orderId: string
let seen: string[] // what was answered to those who must not see a secret
let addresses: string[] // that were given out: locations and addresses in documents
let issued: string[]

before(async () => {
  seen = []
  addresses = []
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
      SECKILL_BUYER_PER_SECOND: '1000',
    },
  })
  await traffic()
})

after(() => server[Symbol.asyncDispose]())

interface Asked {
  key?: string | undefined
  body?: unknown
  raw?: string
  headers?: Record<string, string>
  from?: string | undefined
}

// Everything that is no good answer is kept, with its headers.
const ask = async (method: string, path: string, of: Asked = {}): Promise<Json> => {
  const { key, body, raw, from = ADDRESSES[0]! } = of
  const headers: Record<string, string> = { 'x-forwarded-for': from, 'user-agent': from }
  if (key !== undefined) headers['authorization'] = `Bearer ${key}`
  const text = raw ?? (body === undefined ? null : JSON.stringify(body))
  if (text !== null) headers['content-type'] = 'application/json'
  const sent = { method, headers: { ...headers, ...of.headers }, body: text }
  const url = path === '/metrics' ? server.gatewayUrl : server.url // no edge leads there
  const reply = await fetch(url + path, sent)
  const answered = await reply.text()
  if (!reply.ok) seen.push(answered)
  seen.push(JSON.stringify([...reply.headers]))
  addresses.push(reply.headers.get('location') ?? '')
  return reply.headers.get('content-type')?.includes('json') && answered !== ''
    ? JSON.parse(answered)
    : answered
}

const operate = (path: string, body?: unknown) => ask('POST', path, { key: OPERATOR, body })

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

interface Held {
  saleId: string
  sessionToken: string
  purchaseToken: string
}

// A buyer who does everything right, and one who does everything wrong.
const traffic = async () => {
  const saleId = await makeSale()
  const account = { name: 'Ann', password: PASSWORD }
  await ask('POST', '/api/buyers', { body: account })
  const { sessionToken } = await ask('POST', '/api/sessions', { body: account })
  const entry = await ask('POST', `/api/sales/${saleId}/entries`, { key: sessionToken })
  const { purchaseToken } = entry
  const [handed] = (await operate(`/api/admin/sales/${saleId}/tokens`, { buyers: ['9'] })).tokens
  issued.push(sessionToken, purchaseToken, handed.purchaseToken)
  await prove({ saleId, sessionToken })
  await buy({ saleId, sessionToken, purchaseToken })
  await wrongly({ saleId, sessionToken, purchaseToken })
  for (const address of ADDRESSES) {
    await operate('/api/admin/blocklist', { address, reason: 'a bot' })
    await operate('/api/admin/blocklist', { address, reason: 'a bot', until: 'never' })
    await ask('POST', `/api/sales/${saleId}/attempts`, { key: purchaseToken, from: address })
  }
}

// A pass is a secret too, for as long as it lasts: right, brought twice, and wrong.
const prove = async ({ saleId, sessionToken: key }: Pick<Held, 'saleId' | 'sessionToken'>) => {
  const path = `/api/sales/${saleId}/challenge`
  const solution = solutionOf(await ask('GET', path, { key }))
  const { challengePass } = await ask('POST', path, { key, body: { solution } })
  issued.push(challengePass)
  await ask('POST', path, { key, body: { solution } })
  for (const pass of [challengePass, `${challengePass}x`])
    await ask('POST', `/api/sales/${saleId}/entries`, { key, headers: { 'challenge-pass': pass } })
}

const buy = async ({ saleId, sessionToken, purchaseToken }: Held) => {
  for (const from of ADDRESSES) {
    const answer = await ask('POST', `/api/sales/${saleId}/attempts`, { key: purchaseToken, from })
    orderId = answer.orderId
  }
  const path = `/api/orders/${orderId}`
  let payment: Json
  do payment = await ask('POST', `${path}/payment?saleId=${saleId}`, paying(sessionToken))
  while (payment.code === 'order-in-transit')
  const { paymentId } = payment
  for (const told of [
    webhook({ paymentId, secret: PAYMENT }),
    webhook({ paymentId, secret: PAYMENT }),
    webhook({ paymentId }),
    signed({ id: 'x', raw: '{}', secret: PAYMENT }),
  ])
    await ask('POST', '/api/payments/webhook', told)
  await ask('GET', '/api/orders', { key: sessionToken })
  const headers = { 'idempotency-key': 'once' }
  for (const body of [{ reason: 'x' }, { reason: 'x' }, { reason: 'y' }])
    await ask('POST', `/api/admin/orders/${orderId}/refund`, { key: OPERATOR, body, headers })
  await ask('DELETE', '/api/sessions/current', { key: `${sessionToken}x` })
}

const paying = (key: string): Asked => ({ key, body: { sandbox: 'wait' } })

const wrongly = async (of: Held) => {
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
    await ask('GET', `/${token}`, { headers: { 'x-request-id': `${token}!` } })
    for (const path of ['/api/admin/orders?cursor=', '/api/admin/audit-log?cursor='])
      await ask('GET', path + token, { key: VIEWER })
  }
}

const WATCHED = [
  '/metrics',
  '/api/admin/overview',
  '/api/admin/settings',
  '/api/admin/sales',
  '/api/admin/orders',
  '/api/admin/dead-letters',
  '/openapi.json',
  '/',
]

// What even its owner's operators do not see, and what no table has to keep.
const secrets = () => [OPERATOR, VIEWER, SIGNING, PAYMENT, PASSWORD, NUMBER, ...issued]

const open = () => new DatabaseSync(join(server.folder, 'seckill.db'), { readOnly: true })

const hashes = (): string[] => {
  const database = open()
  const rows = database.prepare('select password_hash as hash from buyers').all()
  database.close()
  return rows.map((row) => row.hash).filter((hash) => typeof hash === 'string')
}

const assertNowhere = (texts: string[], hidden: string[], where: string) => {
  for (const secret of hidden) {
    const found = texts.find((text) => text.includes(secret))
    assert.equal(found, undefined, `${secret} is ${where}`)
  }
}

suite('X7 no secret and no whole address is', () => {
  test('in the log, and each of its lines is one event', () => {
    const log = server.output()
    assertNowhere([log], [...secrets(), ...hashes(), ...ADDRESSES], 'in the log')
    const lines = log.split('\n').filter((line) => line.startsWith('{'))
    for (const line of lines) assert.equal(typeof (JSON.parse(line) as Json).msg, 'string', line)
  })

  test('in the log, although it has a line of each request, and none of an attempt', () => {
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.includes('"msg":"request answered"'))
      .map((line): Json => JSON.parse(line))
    assert(lines.length > 100)
    for (const line of lines) {
      const { requestId, method, status, tookMs } = line
      assert.match(requestId, /^[A-Za-z0-9._-]+$/)
      assert.deepEqual(
        [typeof method, typeof status, typeof tookMs],
        ['string', 'number', 'number'],
      )
    }
    const routes = new Set(lines.map(({ route }) => route))
    assert(routes.has('/api/orders/:orderId') && !routes.has('/api/sales/:saleId/attempts'))
    assert(lines.some((line) => line.orderId === orderId))
  })

  test('in a refusal, a header, or what those who watch are shown', async () => {
    for (const path of WATCHED) seen.push(JSON.stringify(await ask('GET', path, { key: VIEWER })))
    assert(seen.length > 300, 'much was answered')
    assert(issued.length === 4 && issued.every((token) => token.length > 40))
    assert(hashes().length === 1)
    assertNowhere(seen, [...secrets(), ...hashes(), ...ADDRESSES], 'in an answer')
  })

  test('in what is written down for operators: there only the addresses they blocked are', async () => {
    const { orders } = await ask('GET', '/api/admin/orders', { key: VIEWER })
    const { buyerId } = orders[0]
    const paths = [
      '/api/admin/audit-log',
      '/api/admin/blocklist',
      `/api/admin/buyers/${buyerId}`,
      `/api/admin/buyers/${buyerId}/export`,
      `/api/admin/orders/${orderId}`,
    ]
    for (const path of paths) {
      const shown = JSON.stringify(await ask('GET', path, { key: VIEWER }))
      assert(shown.length > 50, path)
      const asked = path.endsWith('/blocklist') || path.endsWith('/audit-log')
      assertNowhere([shown], [...secrets(), ...hashes(), ...(asked ? [] : ADDRESSES)], `in ${path}`)
    }
  })

  test('in an address that is given out', () => {
    assert(addresses.some((location) => location.startsWith('/api/')))
    assertNowhere(addresses, [...secrets(), ...ADDRESSES], 'in a location')
  })

  test('in a table, but for the hash of a password and the addresses that are blocked', () => {
    const database = open()
    const names = database.prepare(`select name from sqlite_schema where type = 'table'`).all()
    for (const { name } of names) {
      const select = database.prepare(`select * from ${String(name)}`)
      select.setReadBigInts(true)
      const rows = select.all().map((row) => Object.values(row).map(String).join(' '))
      const asked = name === 'blocklist' || name === 'audit_log'
      const hash = name === 'buyers' ? [] : hashes()
      assertNowhere(
        rows,
        [...secrets(), ...hash, ...(asked ? [] : ADDRESSES)],
        `in ${String(name)}`,
      )
    }
    database.close()
  })
})

test('X7 metrics count what happened and name neither buyers nor orders', async () => {
  const text = String(await ask('GET', '/metrics', { key: VIEWER }))
  assert.match(text, /^seckill_attempts_total\{outcome="accepted"\} [12]$/m)
  assert.match(text, /^seckill_promises_broken_total 0$/m)
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label))
  const known = [
    'outcome decision kind loop sale where le around rule what result reason dependency',
    'version commit node major minor patch space', // of the program and of Node
  ].flatMap((names) => names.split(' '))
  assert.deepEqual(
    [...labels].filter((label) => !known.includes(label!)),
    [],
  )
  assert(!text.includes(orderId))
})

test('X7 the log of a failure names request and path, and nothing that came with them', async () => {
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
      sheds: () => false,
      addressOf: () => ADDRESSES[0],
    },
    log: pino({ level: 'debug' }, kept),
    routes: [
      (scope) => {
        scope.get('/broken/:orderId', () => Promise.reject(new Error('a bug')))
      },
    ],
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const headers = { authorization: `Bearer ${VIEWER}`, 'x-forwarded-for': ADDRESSES[0]! }
  await fetch(`${url}/broken/${VIEWER}?token=${PASSWORD}`, { headers })
  await fetch(`${url}/api/sales/1/attempts?token=${PASSWORD}`, { method: 'POST', headers })
  await app.close()
  const [request, answered, attempt] = lines.map((line): Json => JSON.parse(line))
  assert.deepEqual([answered.msg, answered.requestId], ['request answered', request.requestId])
  assert.deepEqual([request.msg, request.route], ['request failed', '/broken/:orderId'])
  assert.equal(request.orderId, undefined)
  assert.equal(attempt.msg, 'attempt failed')
  assertNowhere(lines, [VIEWER, PASSWORD, ...ADDRESSES], 'in the log')
})
