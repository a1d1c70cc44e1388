// What rules do about abuse, over HTTP: who is kept out or has to solve a challenge, how soon, and that nobody
// else is.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Engine, eventually, type Json, OPERATOR, startEngine } from '../support/engine.ts'
import { attemptFrom, forgedFrom } from '../support/from-address.ts'

const FEW = { SECKILL_ABUSE_RULES: 'forged-tokens=5/60s/600s,hammering=5/60s/60s' }
const PATH = '/api/admin/blocklist'

const saleWith = async (engine: Engine) => {
  const saleId = await engine.sale({ stock: 1000 })
  const [token] = await engine.tokens(saleId, ['5'])
  return { saleId, token: token!, forged: forgedFrom(token!) }
}

const times = async <Value>(count: number, ask: () => Promise<Value>): Promise<Value[]> => {
  const answers: Value[] = []
  while (answers.length < count) answers.push(await ask())
  return answers
}

const blocksOf = async (engine: Engine): Promise<Json[]> => (await engine.look(PATH)).body.blocks

suite('forged tokens', () => {
  test('from one address keep it out within a second, and no other, until an operator lifts it', async () => {
    await using engine = await startEngine({ ...FEW, SECKILL_NEVER_BLOCKED: '' })
    const { saleId, token, forged } = await saleWith(engine)
    const from = (address: string, given = token) =>
      attemptFrom(engine.url, { address, saleId, token: given })
    assert.deepEqual(
      new Set(await times(6, () => from('127.0.0.5', forged))),
      new Set(['unauthorized']),
    )
    const startedMs = performance.now()
    await eventually(
      () => from('127.0.0.5'),
      (outcome) => outcome === 'blocked',
    )
    assert(performance.now() - startedMs < 1000)
    assert.equal(await from('127.0.0.6', forged), 'unauthorized')
    const [block] = await blocksOf(engine)
    assert.deepEqual(
      [block.address, block.by, block.reason],
      ['127.0.0.5', 'rule:forged-tokens', '6 forged tokens within 60 s'],
    )
    assert.ok(Date.parse(block.until) - Date.parse(block.createdAt) >= 599_000)
    const { entries } = (await engine.look('/api/admin/audit-log?by=rule:forged-tokens')).body
    assert.deepEqual(
      entries.map((one: Json) => one.change),
      ['block'],
    )
    const metrics = (await engine.look('/metrics')).body
    assert.match(metrics, /^seckill_automatic_blocks_total\{rule="forged-tokens"\} 1$/m)
    const lifted = { credential: OPERATOR, body: { address: '127.0.0.5' } }
    assert.equal((await engine.request('DELETE', PATH, lifted)).status, 204)
    await eventually(
      () => from('127.0.0.5'),
      (outcome) => outcome !== 'blocked',
    )
  })

  test('count also where an order is asked for, by what a trusted proxy says, and block a /64', async () => {
    const trusted = {
      SECKILL_TRUSTED_PROXIES: '127.0.0.1',
      SECKILL_NEVER_BLOCKED: '203.0.113.0/24',
    }
    await using engine = await startEngine({ ...FEW, ...trusted })
    const { saleId, token, forged } = await saleWith(engine)
    const ask = (address: string | undefined, credential = forged) =>
      engine.request('GET', `/api/orders/1?saleId=${saleId}`, {
        credential,
        ...(address !== undefined && { headers: { 'x-forwarded-for': address } }),
      })
    for (const never of [undefined, '203.0.113.7']) await times(20, () => ask(never))
    let host = 0
    const statuses = await times(6, async () => (await ask(`2001:db8::${(host += 1)}`)).status)
    assert.deepEqual(new Set(statuses), new Set([401]))
    const blocks = await eventually(
      () => blocksOf(engine),
      (found) => found.length > 0,
    )
    assert.deepEqual(
      blocks.map(({ cidr }) => cidr),
      ['2001:db8::/64'],
    )
    const headers = { 'x-forwarded-for': '2001:db8::99' }
    const attempt = () =>
      engine.request('POST', `/api/sales/${saleId}/attempts`, { credential: token, headers })
    await eventually(attempt, ({ status }) => status === 403)
  })

  test('that are expired, of another sale, missing or of a removed key keep nobody out', async () => {
    await using engine = await startEngine({ ...FEW, SECKILL_NEVER_BLOCKED: '' })
    const { saleId, token } = await saleWith(engine)
    const another = await engine.sale({ stock: 1 })
    const payload = Buffer.from(`gone.${saleId}.5`).toString('base64url')
    const removed = `v1.${payload}.${token.split('.')[2]}`
    for (const given of [removed, 'nonsense', ''])
      await times(10, () => attemptFrom(engine.url, { address: '127.0.0.5', saleId, token: given }))
    await times(10, () => attemptFrom(engine.url, { address: '127.0.0.5', saleId: another, token }))
    const forged = { address: '127.0.0.6', saleId, token: forgedFrom(token) }
    await times(6, () => attemptFrom(engine.url, forged))
    const blocks = await eventually(
      () => blocksOf(engine),
      (found) => found.length > 0,
    )
    assert.deepEqual(
      blocks.map(({ address }) => address),
      ['127.0.0.6'],
    )
  })

  test('from a network that is never blocked keep nobody out', async () => {
    await using engine = await startEngine({ ...FEW, SECKILL_NEVER_BLOCKED: '127.0.0.4/31' })
    const { saleId, forged } = await saleWith(engine)
    for (const address of ['127.0.0.4', '127.0.0.5', '127.0.0.6'])
      await times(6, () => attemptFrom(engine.url, { address, saleId, token: forged }))
    const blocks = await eventually(
      () => blocksOf(engine),
      (found) => found.length > 0,
    )
    assert.deepEqual(
      blocks.map(({ address }) => address),
      ['127.0.0.6'],
    )
  })
})

suite('a buyer who hammers', () => {
  test('has to solve a challenge, and nobody else has', async () => {
    await using engine = await startEngine({
      ...FEW,
      SECKILL_NEVER_BLOCKED: '',
      SECKILL_BUYER_PER_SECOND: '1',
    })
    const { saleId, token } = await saleWith(engine)
    const [other] = await engine.tokens(saleId, ['6'])
    const from = (given: string) =>
      attemptFrom(engine.url, { address: '127.0.0.5', saleId, token: given })
    await eventually(
      () => from(token),
      (outcome) => outcome === 'challenge-required',
    )
    assert.equal(await from(other!), 'accepted')
    assert.deepEqual(await blocksOf(engine), [])
  })
})
