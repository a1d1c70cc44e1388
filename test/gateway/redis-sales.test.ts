// Sales of every strategy over HTTP, with the stock engine in Redis: how they are made, put into the engine
// and given another layout.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { attempt } from '../contracts/stock-steps.ts'
import { askRedis } from '../support/ask-redis.ts'
import { type Client, eventually, type Json, OPERATOR, saleDraft } from '../support/engine.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

const later = (ms: number) => new Date(Date.now() + ms).toISOString()
const SOON = { startsAt: later(1_800_000), endsAt: later(7_200_000) }

const WRONG: [string, Record<string, unknown>, RegExp][] = [
  ['strategy', { strategy: 'shards' }, /strategy/],
  ['segments', { strategy: 'segmented', segments: 0 }, /segments/],
  ['segments', { strategy: 'segmented', segments: 101 }, /segments/],
  ['segments', { strategy: 'segmented', segments: 1.5 }, /segments/],
  ['segments', { segments: 2 }, /only the strategy `segmented` has more than one/],
  ['segments', { strategy: 'tokens', segments: 2 }, /only the strategy `segmented`/],
]

suite('sales in Redis', needsOwnRedis(), () => {
  let fleet: Fleet
  let gateway: Client

  before(async () => {
    fleet = await startFleet({ SECKILL_LOOK_EVERY_MS: '50' })
    gateway = fleet.gateways[0]!
  })
  after(() => fleet[Symbol.asyncDispose]())

  const audit = async (saleId: string): Promise<Json> =>
    (await gateway.look(`/api/admin/sales/${saleId}/audit`)).body

  const edit = (saleId: string, body: unknown) =>
    gateway.request('PATCH', `/api/admin/sales/${saleId}`, {
      credential: OPERATOR,
      body,
      headers: { 'if-match': '*' },
    })

  const tagsIn = async (saleId: string): Promise<string[]> => {
    const keys = await askRedis(fleet.redis.url, (redis) => redis.keys(`seckill:{${saleId}.*`))
    return [...new Set(keys.map((key) => key.split(':')[1]!))].sort()
  }

  for (const [field, set, says] of WRONG)
    test(`a sale with ${JSON.stringify(set)} is refused, and told why`, async () => {
      const body = { ...(await saleDraft(gateway.operate)), ...set }
      const made = await gateway.operate('/api/admin/sales', body)
      assert.deepEqual([made.status, made.body.code], [400, 'malformed'])
      assert.match(JSON.stringify(made.body), says)
      const saleId = await gateway.sale(SOON)
      const edited = await edit(saleId, set)
      assert.deepEqual([edited.status, edited.body.code], [400, 'malformed'], field)
    })

  test('a sale that is preheated again stays as it is', async () => {
    const saleId = await gateway.sale({ strategy: 'segmented', segments: 4 })
    const [token] = await gateway.tokens(saleId, ['1'])
    const bought = await gateway.attempt(saleId, token!)
    assert.equal(bought.body.outcome, 'accepted')
    for (let times = 0; times < 2; times += 1) {
      const preheated = await gateway.operate(`/api/admin/sales/${saleId}/preheat`)
      assert.deepEqual([preheated.status, preheated.body.engine], [200, 'open'])
    }
    const { epoch, held, total } = await audit(saleId)
    assert.deepEqual({ epoch, held, total }, { epoch: 1, held: 1, total: 10 })
  })

  test('another strategy, other segments and other units are rebuilt in a new epoch', async () => {
    const saleId = await gateway.sale(SOON)
    assert.deepEqual(await tagsIn(saleId), [`{${saleId}.0}`])
    let { epoch: before } = await audit(saleId)
    for (const [set, segments] of [
      [{ strategy: 'segmented', segments: 4 }, 4],
      [{ segments: 2 }, 2],
      [{ stock: 20 }, 2],
      [{ strategy: 'tokens', segments: 1 }, 1],
    ] as const) {
      assert.equal((await edit(saleId, set)).status, 200)
      const isOpen = ({ engine, epoch }: Json) => engine === 'open' && epoch > before
      const books = await eventually(() => audit(saleId), isOpen)
      assert.equal(
        (await tagsIn(saleId)).length,
        segments,
        'and nothing is left of the layout before',
      )
      const total = 'stock' in set ? set.stock : books.total
      assert.equal(books.available + books.returning, total)
      before = books.epoch
    }
  })

  test('who has not heard of the new layout is told that it is rebuilt', async () => {
    const saleId = await gateway.sale({ ...SOON, strategy: 'segmented', segments: 4 })
    await edit(saleId, { segments: 2 })
    await eventually(
      () => audit(saleId),
      ({ engine, epoch }) => engine === 'open' && epoch > 1,
    )
    for (const segment of [0, 1, 2, 3]) {
      const batch = { saleId, segments: 4, segment, attempts: [attempt('1')] }
      const { answers } = await fleet.stock.reserve(batch)
      assert.deepEqual(answers, [{ answer: 'rebuilding' }])
    }
  })
})
