// A secret is replaced while buyers hold what the old one has signed: first both are given, the new one
// first; when the old one is removed, what it signed is worth nothing. Orders are never touched.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { isSignedIn, newBuyer, signIn } from '../support/accounts.ts'

const OLD = 'old:the secret that has signed until now'
const NEW = 'new:the secret that signs from now on'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seckill-secrets-'))
})

after(() => rm(folder, { recursive: true, force: true }))

const start = (settings: Record<string, string>) =>
  startEngine({ SECKILL_DATA: folder, SECKILL_BUYER_PER_SECOND: '1000', ...settings })

const during = async <Result>(
  settings: Record<string, string>,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> => {
  await using engine = await start(settings)
  return await use(engine)
}

test('purchase tokens and sessions outlive their secret as long as it is still given', async () => {
  const begun = await during({ SECKILL_SECRET: OLD }, async (engine) => {
    const saleId = await engine.sale()
    const { sessionToken } = await newBuyer(engine, 'ann')
    const entries = `/api/sales/${saleId}/entries`
    const { body } = await engine.request('POST', entries, { credential: sessionToken })
    const purchaseToken: string = body.purchaseToken
    const { orderId } = (await engine.attempt(saleId, purchaseToken)).body
    return { saleId, sessionToken, purchaseToken, orderId }
  })
  const { saleId, sessionToken, purchaseToken, orderId } = begun
  const order = (engine: Engine, credential: string) =>
    engine.request('GET', `/api/orders/${orderId}?saleId=${saleId}`, { credential })

  const fresh = await during({ SECKILL_SECRET: `${NEW},${OLD}` }, async (engine) => {
    await eventually(
      () => order(engine, purchaseToken),
      ({ body }) => body.status === 'pending',
    )
    assert.equal((await engine.attempt(saleId, purchaseToken)).body.orderId, orderId)
    assert.equal(await isSignedIn(engine, saleId, sessionToken), true)
    const entry = `/api/sales/${saleId}/entries/me`
    const { body } = await engine.request('GET', entry, { credential: sessionToken })
    assert.notEqual(body.purchaseToken, purchaseToken, 'the new secret signs')
    const next = (await signIn(engine, 'ann')).body.sessionToken
    return { sessionToken: next, purchaseToken: body.purchaseToken }
  })

  await during({ SECKILL_SECRET: NEW }, async (engine) => {
    assert.equal((await order(engine, purchaseToken)).status, 401)
    assert.equal((await engine.attempt(saleId, purchaseToken)).status, 401)
    assert.equal(await isSignedIn(engine, saleId, sessionToken), false)
    assert.equal(await isSignedIn(engine, saleId, fresh.sessionToken), true)
    assert.equal((await order(engine, fresh.purchaseToken)).body.status, 'pending')
  })
})

test('admin keys are replaced one by one, and a removed one opens nothing', async () => {
  const looks = (engine: Engine, credential: string) =>
    engine.request('GET', '/api/admin/sales', { credential })
  const [old, fresh] = ['old-admin-key', 'fresh-admin-key']
  await during({ SECKILL_ADMIN_KEY: `operator:boss:${old}` }, async (engine) => {
    assert.equal((await looks(engine, old)).status, 200)
    assert.equal((await looks(engine, fresh)).status, 401)
  })
  const both = `operator:boss:${fresh},operator:boss-before:${old}`
  await during({ SECKILL_ADMIN_KEY: both }, async (engine) => {
    for (const key of [old, fresh]) assert.equal((await looks(engine, key)).status, 200)
  })
  await during({ SECKILL_ADMIN_KEY: `operator:boss:${fresh}` }, async (engine) => {
    assert.equal((await looks(engine, fresh)).status, 200)
    assert.equal((await looks(engine, old)).status, 401)
  })
})
