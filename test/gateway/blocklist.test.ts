// The blocklist over HTTP: what operators may write, and whom it keeps out, everywhere and soon.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  startEngine,
  VIEWER,
} from '../support/engine.ts'

let engine: Engine
let saleId: string

before(async () => {
  engine = await startEngine({
    SECKILL_TRUSTED_PROXIES: '127.0.0.1',
    SECKILL_BUYER_PER_SECOND: '1000',
  })
  saleId = await engine.sale({ stock: 1000, perBuyerLimit: 1 })
})

after(() => engine[Symbol.asyncDispose]())

const PATH = '/api/admin/blocklist'
const reason = 'a bot'

const block = (body: Json) => engine.operate(PATH, { reason, ...body })
const lift = (body: Json) => engine.request('DELETE', PATH, { credential: OPERATOR, body })

const attemptFrom = async (buyer: string, address: string, body?: unknown) => {
  const [credential] = await engine.tokens(saleId, [buyer])
  const headers = { 'x-forwarded-for': address }
  const path = `/api/sales/${saleId}/attempts`
  return engine.request('POST', path, { credential, headers, body })
}

// Whoever is let in has an order, now or from before.
const outcomeFrom = async (buyer: string, address: string, body?: unknown): Promise<string> => {
  const reply = await attemptFrom(buyer, address, body)
  return reply.status < 300 ? 'let in' : reply.body.code
}

const becomes = (ask: () => Promise<string>, wanted: string) =>
  eventually(ask, (outcome) => outcome === wanted)

suite('who is blocked', () => {
  test('as a buyer is refused from everywhere within a second, until the block is lifted', async () => {
    assert.equal((await block({ buyer: '11' })).status, 201)
    const startedMs = performance.now()
    await becomes(() => outcomeFrom('11', '192.0.2.1'), 'blocked')
    assert(performance.now() - startedMs < 1000)
    assert.equal((await attemptFrom('11', '198.51.100.1')).status, 403)
    assert.equal(await outcomeFrom('12', '192.0.2.1'), 'let in')
    assert.equal((await lift({ buyer: '11', reason: 'a mistake' })).status, 204)
    await becomes(() => outcomeFrom('11', '192.0.2.1'), 'let in')
  })

  test('as an address is refused before anything else, however it is written', async () => {
    assert.equal((await block({ address: '2001:DB8:0:0::7' })).body.address, '2001:db8::7')
    await becomes(() => outcomeFrom('21', '2001:db8::7'), 'blocked')
    assert.equal(await outcomeFrom('21', '2001:db8:0:0:0:0:0:7', { units: 'x' }), 'blocked')
    assert.equal(await outcomeFrom('21', '2001:db8::8', { units: 'x' }), 'malformed')
    assert.equal(await outcomeFrom('21', '2001:db8::8'), 'let in')
    await lift({ address: '2001:db8::7' })
    await becomes(() => outcomeFrom('21', '2001:db8::7'), 'let in')
  })

  test('as a network is refused from each of its addresses', async () => {
    await block({ cidr: '203.0.113.0/24' })
    await becomes(() => outcomeFrom('31', '203.0.113.255'), 'blocked')
    assert.equal(await outcomeFrom('31', '::ffff:203.0.113.1'), 'blocked')
    assert.equal(await outcomeFrom('31', '203.0.114.1'), 'let in')
    await lift({ cidr: '203.0.113.0/24' })
  })

  test('is let in again when the time has come', async () => {
    const until = new Date(Date.now() + 700).toISOString()
    assert.equal((await block({ buyer: '41', until })).body.until, until)
    await becomes(() => outcomeFrom('41', '192.0.2.1'), 'blocked')
    await becomes(() => outcomeFrom('41', '192.0.2.1'), 'let in')
    assert.equal((await lift({ buyer: '41' })).body.code, 'no-such-block')
  })
})

suite('a block', () => {
  test('is made once, and then renewed', async () => {
    const made = await block({ buyer: '51' })
    const { blockId, createdAt, ...rest } = made.body
    assert.deepEqual(rest, { buyer: '51', reason, by: 'test' })
    assert.ok(blockId && createdAt)
    const until = new Date(Date.now() + 60_000).toISOString()
    const renewed = await block({ buyer: '51', until, reason: 'still a bot' })
    assert.deepEqual(
      [renewed.status, renewed.body],
      [200, { ...made.body, until, reason: 'still a bot' }],
    )
    const found = await engine.look(`${PATH}?buyer=51`)
    assert.deepEqual(found.body, { blocks: [renewed.body] })
  })

  test('is lifted by its id, once', async () => {
    const { body } = await block({ buyer: '61' })
    const byId = (id: string) => engine.request('DELETE', `${PATH}/${id}`, { credential: OPERATOR })
    assert.equal((await byId(body.blockId)).status, 204)
    for (const id of [body.blockId, '999999', '0', 'x', '%00'])
      assert.deepEqual((await byId(id)).body.code, 'no-such-block')
    assert.deepEqual((await engine.look(`${PATH}?buyer=61`)).body, { blocks: [] })
  })

  test('is listed newest first, by kind, page by page', async () => {
    for (const buyer of ['71', '72', '73']) await block({ buyer })
    await block({ cidr: '2001:db8::/32' })
    const first = (await engine.look(`${PATH}?kind=buyer&limit=2`)).body
    assert.deepEqual(
      first.blocks.map((one: Json) => one.buyer),
      ['73', '72'],
    )
    const next = await engine.look(`${PATH}?kind=buyer&limit=1&cursor=${first.nextCursor}`)
    assert.equal(next.body.blocks[0].buyer, '71')
    const cidrs = (await engine.look(`${PATH}?kind=cidr`)).body
    assert.deepEqual([cidrs.blocks[0].cidr, cidrs.nextCursor], ['2001:db8::/32', undefined])
  })

  test('of nothing that can be blocked is refused with what is wrong', async () => {
    const wrong: [Json, RegExp][] = [
      [{}, /one of buyer, address and cidr/],
      [{ buyer: '1', address: '192.0.2.1' }, /one of buyer, address and cidr/],
      [{ buyer: '0' }, /buyer/],
      [{ buyer: 5 }, /buyer/],
      [{ address: '192.0.2.256' }, /address/],
      [{ address: '192.0.2.0/24' }, /address/],
      [{ cidr: '192.0.2.1/24' }, /cidr: .*first address/],
      [{ cidr: '0.0.0.0/0' }, /cidr: .*\/8/],
      [{ cidr: '::/0' }, /cidr: .*\/16/],
      [{ buyer: '1', until: new Date(Date.now() - 1000).toISOString() }, /until: .*past/],
      [{ buyer: '1', until: 'tomorrow' }, /until/],
      [{ buyer: '1', reason: ' ' }, /reason/],
      [{ buyer: '1', reason: undefined }, /reason/],
      [{ buyer: '1', why: 'x' }, /why/],
    ]
    for (const [body, detail] of wrong) {
      const reply = await block(body)
      assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], JSON.stringify(body))
      assert.match(reply.body.detail, detail)
    }
    for (const body of [{}, { address: 'x' }, { buyer: '1', address: '192.0.2.1' }])
      assert.equal((await lift(body)).body.code, 'malformed')
  })

  test('of many is made in one call, all of them or none', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const blocks = [{ buyer: '91' }, { address: '::ffff:192.0.2.91' }, { cidr: '198.51.100.0/24' }]
    const made = await block({ blocks, until })
    assert.deepEqual([made.status, made.body], [200, { blocked: 3, renewed: 0 }])
    const more = [...blocks, { buyer: '92' }]
    assert.deepEqual((await block({ blocks: more })).body, { blocked: 1, renewed: 3 })
    const { blocks: found } = (await engine.look(`${PATH}?limit=4`)).body
    assert.deepEqual(
      found.map(({ buyer, address, cidr }: Json) => buyer ?? address ?? cidr),
      ['92', '198.51.100.0/24', '192.0.2.91', '91'],
    )
    const wrong: [Json, RegExp][] = [
      [{ blocks: [] }, /blocks/],
      [{ blocks, buyer: '93' }, /one of buyer/],
      [{ blocks: [{ buyer: '93' }, { address: 'here' }] }, /blocks\/1: address: must be/],
      [{ blocks: [{ buyer: '93' }, {}] }, /blocks\/1: name one of/],
      [{ blocks: Array.from({ length: 1001 }, () => ({ buyer: '93' })) }, /blocks/],
      [{ blocks: [{ buyer: '93' }], until: '2020-01-01T00:00:00Z' }, /until: .*past/],
    ]
    for (const [body, detail] of wrong) assert.match((await block(body)).body.detail, detail)
    assert.deepEqual((await engine.look(`${PATH}?buyer=93`)).body, { blocks: [] })
    const full = Array.from({ length: 1000 }, (_, at) => ({ address: `2001:db8:1:2:3:4:5:${at}` }))
    assert.equal((await block({ blocks: full })).body.blocked, 1000)
  })

  test('cannot be looked for by an address in a URL', async () => {
    for (const query of ['address=192.0.2.1', 'cidr=192.0.2.0/24', 'limit=0', 'cursor=x'])
      assert.equal((await engine.look(`${PATH}?${query}`)).body.code, 'malformed', query)
  })

  test('is seen by viewers and made by operators, with who and why in the audit log', async () => {
    const asViewer = { credential: VIEWER, body: { buyer: '81', reason } }
    for (const method of ['POST', 'DELETE'])
      assert.equal((await engine.request(method, PATH, asViewer)).status, 403)
    const { body } = await block({ buyer: '81' })
    await lift({ buyer: '81', reason: 'a mistake' })
    const subject = encodeURIComponent(`block ${body.blockId}`)
    const { entries } = (await engine.look(`/api/admin/audit-log?subject=${subject}`)).body
    assert.deepEqual(
      entries.map((one: Json) => [one.change, one.by, one.reason, one.details]),
      [
        ['lift-block', 'test', 'a mistake', { kind: 'buyer', value: '81' }],
        ['block', 'test', reason, { kind: 'buyer', value: '81' }],
      ],
    )
  })
})
