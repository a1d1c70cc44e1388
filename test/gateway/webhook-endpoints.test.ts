// Where webhooks go, over HTTP: operators say it, viewers see it, nobody sees a secret twice.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EVENT_TYPES } from '../../src/domain/webhook-event.ts'
import { type Engine, type Json, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'

let engine: Engine

before(async () => {
  engine = await startEngine({ SECKILL_WEBHOOK_ALLOW_HOSTS: 'shop.internal' })
})

after(() => engine[Symbol.asyncDispose]())

const PATH = '/api/admin/webhook-endpoints'
const URL_OF = 'https://shop.example/hooks'

const asOperator = (method: string, path: string, body?: Json, headers?: Record<string, string>) =>
  engine.request(method, path, { credential: OPERATOR, body, ...(headers && { headers }) })

const create = async (body: Json = { url: URL_OF }): Promise<Json> => {
  const made = await asOperator('POST', PATH, body)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body
}

const change = async (endpointId: string, body: Json, version?: string) => {
  const etag = version ?? (await engine.look(`${PATH}/${endpointId}`)).headers.get('etag')!
  return asOperator('PATCH', `${PATH}/${endpointId}`, body, { 'if-match': etag })
}

test('an endpoint gets a secret that is shown once, and every type unless it says which', async () => {
  const { secret, endpointId, ...endpoint } = await create()
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const { createdAt } = endpoint
  assert.deepEqual(endpoint, {
    url: URL_OF,
    description: '',
    types: EVENT_TYPES,
    enabled: true,
    createdAt,
    version: 1,
  })
  assert.deepEqual((await engine.look(`${PATH}/${endpointId}`)).body, { endpointId, ...endpoint })
  const { endpoints } = (await engine.look(PATH)).body
  assert.deepEqual(endpoints.at(-1), { endpointId, ...endpoint })
  const { entries } = (await engine.look('/api/admin/audit-log')).body
  assert.equal(entries[0].change, 'create-webhook-endpoint')
  assert(!JSON.stringify([endpoints, entries]).includes('whsec_'))
})

test('the same key makes one endpoint, and is answered with its secret again', async () => {
  const headers = { 'idempotency-key': 'once' }
  const body = { url: URL_OF, types: ['order.paid'] }
  const [one, other] = [
    await asOperator('POST', PATH, body, headers),
    await asOperator('POST', PATH, body, headers),
  ]
  assert.deepEqual(one.body, other.body)
  assert.equal(one.status, 201)
})

test('an endpoint is changed by the version that was seen, with who and why in the log', async () => {
  const { endpointId } = await create()
  const etag = (await engine.look(`${PATH}/${endpointId}`)).headers.get('etag')!
  const set = { description: 'the shop', types: ['order.paid'], enabled: false }
  const changed = await change(endpointId, { ...set, reason: 'it moves' }, etag)
  assert.equal(changed.status, 200)
  const { description, types, enabled, disabledBecause } = changed.body
  assert.deepEqual({ description, types, enabled }, set)
  assert.equal(disabledBecause, 'it moves')
  assert.equal((await change(endpointId, set, etag)).body.code, 'version-changed')
  const bare = await asOperator('PATCH', `${PATH}/${endpointId}`, set)
  assert.deepEqual([bare.status, bare.body.code], [412, 'version-missing'])
  const subject = encodeURIComponent(`webhook-endpoint ${endpointId}`)
  const [entry] = (await engine.look(`/api/admin/audit-log?subject=${subject}`)).body.entries
  assert.deepEqual(
    [entry.change, entry.by, entry.reason, entry.details],
    ['change-webhook-endpoint', 'test', 'it moves', set],
  )
})

test('another secret is shown once, and the old one signs for a day more', async () => {
  const { endpointId, secret } = await create()
  const rotated = await asOperator('POST', `${PATH}/${endpointId}/rotate-secret`)
  assert.equal(rotated.status, 200)
  assert.match(rotated.body.secret, /^whsec_/)
  assert.notEqual(rotated.body.secret, secret)
  const forMs = Date.parse(rotated.body.oldSecretUntil) - Date.now()
  assert(forMs > 86_000_000 && forMs <= 86_400_000)
})

test('an endpoint that is deleted is there no more', async () => {
  const { endpointId } = await create()
  const path = `${PATH}/${endpointId}`
  assert.equal((await asOperator('DELETE', path)).status, 204)
  for (const [method, at] of [
    ['DELETE', path],
    ['GET', path],
    ['POST', `${path}/rotate-secret`],
  ])
    assert.equal((await asOperator(method!, at!)).body.code, 'no-such-webhook-endpoint')
  assert.equal((await change(endpointId, {}, '"1"')).body.code, 'no-such-webhook-endpoint')
  assert.equal((await asOperator('PATCH', path, {})).body.code, 'no-such-webhook-endpoint')
})

test('what is no id names no endpoint', async () => {
  for (const endpointId of ['0', 'x', '01', '9'.repeat(30), '%00'])
    assert.equal((await engine.look(`${PATH}/${endpointId}`)).body.code, 'no-such-webhook-endpoint')
})

test('an address that nothing would be sent to is refused with what to do', async () => {
  const refused: [url: string, detail: RegExp][] = [
    ['shop.example', /https URL/],
    ['ftp://shop.example', /https URL/],
    ['http://shop.example/', /https, unless SECKILL_WEBHOOK_ALLOW_HOSTS names shop\.example/],
    ['https://127.0.0.1/', /SECKILL_WEBHOOK_ALLOW_HOSTS must name 127\.0\.0\.1/],
    ['https://localhost/', /SECKILL_WEBHOOK_ALLOW_HOSTS must name localhost/],
    ['https://me:secret@shop.example/', /no user and no password/],
    ['https://shop.example/#here', /no #/],
  ]
  const { endpointId } = await create()
  for (const [url, detail] of refused)
    for (const asked of [
      await asOperator('POST', PATH, { url }),
      await change(endpointId, { url }),
    ]) {
      assert.equal(asked.status, 400, url)
      assert.match(asked.body.detail, detail)
      assert.equal(asked.body.field, 'url')
    }
  await create({ url: 'http://shop.internal:8080/hooks' })
})

test('bad bodies are refused', async () => {
  for (const body of [
    {},
    { url: '' },
    { url: URL_OF, types: [] },
    { url: URL_OF, types: ['order.eaten'] },
    { url: URL_OF, types: ['order.paid', 'order.paid'] },
    { url: URL_OF, secret: 'whsec_mine' },
    { url: URL_OF, description: 'two\nlines' },
  ])
    assert.equal(
      (await asOperator('POST', PATH, body)).body.code,
      'malformed',
      JSON.stringify(body),
    )
})

test('a viewer changes nothing', async () => {
  const { endpointId } = await create()
  const path = `${PATH}/${endpointId}`
  for (const [method, at] of [
    ['POST', PATH],
    ['PATCH', path],
    ['DELETE', path],
    ['POST', `${path}/rotate-secret`],
  ])
    assert.equal(
      (await engine.request(method!, at!, { credential: VIEWER })).body.code,
      'forbidden',
    )
})
