// X1: every operation of the OpenAPI document with every credential that must not open it. Each is
// answered as it should be, and nothing has changed; then the right one opens it, so that it is known
// that there was something to change.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { newBuyer, signIn } from '../support/accounts.ts'
import { type Json, OPERATOR, type Reply, VIEWER } from '../support/engine.ts'
import { type Operation, operationsOf, readDocument } from '../support/openapi.ts'
import { buy } from '../support/order.ts'
import { signed } from '../support/provider.ts'
import { type Door, DOORS } from './doors.ts'
import { type Expired, letExpire } from './expired.ts'
import { type Knock, knock } from './knock.ts'
import { hasDoor, makeWorld, type World } from './world.ts'

let world: World
let document: Json
let operations: Operation[]
let expired: Expired
let worthless: [name: string, authorization: string | undefined][] // what opens no door at all

before(async () => {
  world = await makeWorld()
  document = await readDocument(world.engine)
  operations = operationsOf(document).filter(hasDoor)
  expired = await letExpire(world)
  worthless = Object.entries(await worthlessCredentials())
})

after(() => world[Symbol.asyncDispose]())

const bearer = (credential: string) => `Bearer ${credential}`

const forged = (credential: string) => {
  const end = credential.endsWith('AAAA') ? 'BBBB' : 'AAAA'
  return bearer(credential.slice(0, -4) + end)
}

const worthlessCredentials = async () => {
  const { engine, ann } = world
  const { token } = await world.order()
  const early = await engine.tokens(await engine.sale(inHours(2)), [ann.buyerId])
  return {
    none: undefined,
    'an empty one': 'Bearer ',
    'no scheme': OPERATOR,
    'another scheme': `Basic ${Buffer.from(`operator:${OPERATOR}`).toString('base64')}`,
    gibberish: bearer('x'),
    'half an admin key': bearer(OPERATOR.slice(1)),
    'more than an admin key': bearer(`${OPERATOR}x`),
    'two admin keys': bearer(`${OPERATOR},${VIEWER}`),
    'a forged purchase token': forged(token),
    'a forged session': forged(ann.sessionToken),
    'an expired purchase token': bearer(expired.token),
    'an expired session': bearer(expired.session),
    'a session that was signed out': bearer(await signedOut()),
    'a purchase token before its time': bearer(early[0]!),
  }
}

const inHours = (hours: number) => ({
  startsAt: new Date(Date.now() + hours * 3_600_000).toISOString(),
  endsAt: new Date(Date.now() + (hours + 1) * 3_600_000).toISOString(),
})

const signedOut = async (): Promise<string> => {
  const { sessionToken } = (await signIn(world.engine, 'ann')).body
  await world.engine.request('DELETE', '/api/sessions/current', { credential: sessionToken })
  return sessionToken
}

type Kind = keyof Door['keys']

interface Wrong extends Knock {
  name: string
  code: 'unauthorized' | 'forbidden' | 'no-such-order'
}

// Everything that must not open this door, and how it is refused.
const wrongFor = async (operation: Operation, door: Door): Promise<Wrong[]> => {
  const isClosed = (kind: Kind) => !operation.credentials.includes(kind)
  const good = Object.entries(await keysOf(door)) as [Kind, string][]
  const kinds = good.filter(([kind]) => isClosed(kind))
  const [own] = Object.values(door.keys)
  return [
    ...worthless.map(([name, authorization]) => ({ name, authorization, code: UNAUTHORIZED })),
    ...kinds.map(([name, key]) => ({ name, authorization: bearer(key), code: UNAUTHORIZED })),
    ...elsewhere(door, own).map((knocked) => ({ ...knocked, code: UNAUTHORIZED })),
    ...(await othersFor(operation, door)),
    ...viewerFor(operation),
  ]
}

const UNAUTHORIZED = 'unauthorized' as const

// One good credential of each kind: what is missing at this door is of another one.
const keysOf = async (door: Door): Promise<Required<Door['keys']>> => ({
  session: world.ann.sessionToken,
  'purchase-token': (await world.order()).token,
  'admin-key': OPERATOR,
  ...door.keys,
})

// The right key, but not where keys are taken from.
const elsewhere = (door: Door, own: string | undefined): Omit<Wrong, 'code'>[] => {
  if (own === undefined) return []
  const names = ['access_token', 'token', 'authorization', 'key']
  return [
    ...(/\/orders\b/.test(door.path)
      ? []
      : names.map((name) => ({ name: `?${name}=`, path: `${door.path}?${name}=${own}` }))),
    { name: 'a cookie', headers: { cookie: `token=${own}; session=${own}` } },
    { name: 'X-Api-Key', headers: { 'x-api-key': own, 'x-authorization': bearer(own) } },
  ]
}

// Good credentials that are not for this.
const othersFor = async (operation: Operation, { saleId, path }: Door): Promise<Wrong[]> => {
  const { engine, ann, bob } = world
  if (saleId === undefined) return []
  const [[others], [elsewhere]] = await Promise.all([
    engine.tokens(saleId, [bob.buyerId]),
    engine.tokens(await engine.sale(), [ann.buyerId]),
  ])
  const isOrder = path.startsWith('/api/orders/')
  const otherSale = { name: 'other sale', authorization: bearer(elsewhere!) }
  if (!isOrder) return [{ ...otherSale, code: UNAUTHORIZED }]
  return [
    { ...otherSale, code: 'no-such-order' },
    { ...otherSale, path: `${path}?saleId=${saleId}`, code: 'no-such-order' },
    { name: 'other buyer', authorization: bearer(others!), code: 'no-such-order' },
    {
      name: 'other buyer’s session',
      authorization: bearer(bob.sessionToken),
      code: 'no-such-order',
    },
  ]
}

const viewerFor = ({ method, credentials }: Operation): Wrong[] =>
  credentials.includes('admin-key') && method !== 'GET'
    ? [{ name: 'viewer', authorization: bearer(VIEWER), code: 'forbidden' }]
    : []

const STATUSES = { unauthorized: 401, forbidden: 403, 'no-such-order': 404 } as const

const assertRefused = (name: string, reply: Reply, { code, name: by }: Wrong) => {
  const seen = [reply.status, reply.body === '' ? code : reply.body.code]
  assert.deepEqual(seen, [STATUSES[code], code], `${name} with ${by}`)
  assert.equal(reply.headers.get('content-type'), 'application/problem+json')
  assert.equal(reply.headers.get('cache-control'), 'no-store')
  if (code === 'unauthorized') assert.equal(reply.headers.get('www-authenticate'), 'Bearer')
}

const doorOf = (name: string): Promise<Door> | Door => {
  const open = DOORS[name]
  assert(open, `${name}: say in test/security/doors.ts what a good request of it is`)
  return open(world)
}

// One door only shows the way to its other address.
const isOpenedBy = ({ status }: Reply) => status < 300 || status === 308

// What is asked for with the right key, but changes no table.
const CHANGES_NOTHING = [
  'POST /api/admin/sales/{saleId}/tokens',
  'POST /api/admin/sales/{saleId}/preheat',
]

suite('X1 every endpoint × every credential', () => {
  test('each operation is closed to all that must not open it, and opens to the right one', async (t) => {
    assert(operations.length > 50)
    for (const operation of operations) {
      const { name, method, credentials } = operation
      await t.test(name, async () => {
        const door = await doorOf(name)
        const own = Object.entries(door.keys)
        const kinds = own.map(([kind]) => kind)
        if (!door.sign) assert.deepEqual(kinds.toSorted(), credentials.toSorted(), name)
        const wrongs = credentials.length === 0 ? [] : await wrongFor(operation, door)
        const before = await world.settled()
        for (const wrong of wrongs)
          assertRefused(name, await knock(world.engine, { method, door }, wrong), wrong)
        assert.deepEqual(world.tables(), before, `${name}: nothing has changed`)
        const authorization = own[0] && bearer(own[0][1])
        const reply = await knock(world.engine, { method, door }, { authorization, signed: true })
        assert(isOpenedBy(reply), `${name}: ${reply.status} ${JSON.stringify(reply.body)}`)
        const isWrite = method !== 'GET' && !CHANGES_NOTHING.includes(name)
        if (isWrite) assert.notDeepEqual(world.tables(), before, `${name}: it would have`)
      })
    }
  })

  test('HEAD is as closed as GET, and no stream answers it', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const { name, credentials } = operation
      const door = await doorOf(name)
      const head = (of: Knock) => knock(world.engine, { method: 'HEAD', door }, of)
      if (door.path.endsWith('/events')) {
        const [own] = Object.values(door.keys)
        assert.equal((await head({ authorization: bearer(own!) })).status, 405, name)
        continue
      }
      const wrongs = credentials.length === 0 ? [] : await wrongFor(operation, door)
      for (const wrong of wrongs) assertRefused(`HEAD ${name}`, await head(wrong), wrong)
      const [own] = Object.values(door.keys)
      const reply = await head({ authorization: own && bearer(own) })
      assert.deepEqual([isOpenedBy(reply), reply.body], [true, ''], name)
    }
  })

  test('each kind of key that may open a door does, and shows only what is its own', async () => {
    for (const { name, method, credentials } of operations) {
      for (const kind of credentials.length > 1 ? credentials : []) {
        const door = await doorOf(name)
        const authorization = bearer(door.keys[kind as Kind]!)
        const reply = await knock(world.engine, { method, door }, { authorization })
        assert(reply.status < 300, `${name} with ${kind}: ${JSON.stringify(reply.body)}`)
      }
      if (!credentials.includes('admin-key') || method !== 'GET') continue
      const [door, authorization] = [await doorOf(name), bearer(VIEWER)]
      assert.equal((await knock(world.engine, { method, door }, { authorization })).status, 200)
    }
    const { sessionToken: credential } = world.bob
    const { orders } = (await world.engine.request('GET', '/api/orders', { credential })).body
    assert.deepEqual(orders, [], 'Bob has bought nothing, however much Ann has')
  })

  test('a webhook is signed by nobody but the provider', async () => {
    const name = 'POST /api/payments/webhook'
    const door = await doorOf(name)
    const [raw, before] = [JSON.stringify(door.body), await world.settled()]
    const secret = `whsec_${Buffer.alloc(32, 'thief').toString('base64')}`
    const good = signed({ id: 'x', raw })
    const wrongs: Record<string, { raw: string; headers: Record<string, string> }> = {
      'another secret': signed({ id: 'x', raw, secret }),
      'too old': signed({ id: 'x', raw, atMs: Date.now() - 302_000 }),
      'too new': signed({ id: 'x', raw, atMs: Date.now() + 302_000 }),
      'another id': { ...good, headers: { ...good.headers, 'webhook-id': 'y' } },
      'another body': { ...good, raw: raw.replace('99900', '1') },
      'no signature': { ...good, headers: { 'content-type': 'application/json' } },
    }
    for (const [by, wrong] of Object.entries(wrongs)) {
      const reply = await world.engine.request('POST', door.path, wrong)
      assertRefused(name, reply, { name: by, code: UNAUTHORIZED })
    }
    assert.deepEqual(world.tables(), before)
  })
})

suite('X1 what a credential is for', () => {
  test('an expired one has lost what it was for, and ends a stream in the middle', async () => {
    const { orderId, token, session } = expired // the streams have ended: see expired.ts
    for (const end of ['', '/events', '/cancel', '/payment'])
      for (const credential of [token, session]) {
        const method = end === '' || end === '/events' ? 'GET' : 'POST'
        const reply = await world.engine.request(method, `/api/orders/${orderId}${end}`, {
          credential,
        })
        assert.deepEqual([reply.status, reply.body.code], [401, 'unauthorized'], end)
      }
    const { status } = (await world.engine.look(`/api/admin/orders/${orderId}`)).body
    assert.equal(status, 'pending')
  })

  test('a session says nothing about a sale of another buyer’s entry or order', async () => {
    const { engine } = world
    const carl = await newBuyer(engine, 'carl')
    const saleId = await engine.sale()
    const path = `/api/sales/${saleId}/entries`
    await engine.request('POST', path, { credential: world.ann.sessionToken })
    const reply = await engine.request('GET', `${path}/me`, { credential: carl.sessionToken })
    assert.deepEqual([reply.status, reply.body.code], [404, 'no-such-entry'])
    const { orderId } = await buy(engine, saleId, world.ann.buyerId)
    const query = `/api/orders/${orderId}?saleId=${saleId}`
    const order = await engine.request('GET', query, { credential: carl.sessionToken })
    assert.deepEqual([order.status, order.body.code], [404, 'no-such-order'])
  })

  test('a purchase token is good from tokensFrom on, not before', async () => {
    const { engine } = world
    const early = await engine.sale(inHours(2))
    const later = await engine.sale({ ...inHours(2), tokensFromMs: DAY_MS })
    for (const [sale, code] of [
      [early, 'unauthorized'],
      [later, 'not-started'],
    ] as const) {
      const [own] = await engine.tokens(sale, ['1'])
      assert.equal((await engine.attempt(sale, own!)).body.code, code)
    }
  })
})

const DAY_MS = 86_400_000
