// Operators change sales over HTTP: whose version counts, what may be changed until when, and what every
// wrong field is told.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  type Reply,
  startEngine,
} from '../support/engine.ts'

let engine: Engine

before(async () => {
  engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
})

after(() => engine[Symbol.asyncDispose]())

const SOON = { startsAt: instantIn(600_000), endsAt: instantIn(4_200_000) }

function instantIn(ms: number) {
  return new Date(Date.now() + ms).toISOString()
}

const pathOf = (saleId: string) => `/api/admin/sales/${saleId}`

const look = async (saleId: string) => engine.look(pathOf(saleId))

const patch = (saleId: string, body: object, ifMatch?: string): Promise<Reply> =>
  engine.request('PATCH', pathOf(saleId), {
    credential: OPERATOR,
    body,
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  })

// Of the version as it is now.
const edit = async (saleId: string, body: object) =>
  patch(saleId, body, (await look(saleId)).headers.get('etag')!)

const remove = (saleId: string, of: { ifMatch?: string; body?: object } = {}) =>
  engine.request('DELETE', pathOf(saleId), {
    credential: OPERATOR,
    body: of.body,
    headers: of.ifMatch === undefined ? {} : { 'if-match': of.ifMatch },
  })

const codeOf = ({ status, body }: Reply) => [status, body.code]

suite('a version', () => {
  test('is the ETag of every answer that shows the sale to its operators', async () => {
    const saleId = await engine.sale(SOON)
    const seen = await look(saleId)
    assert.equal(seen.headers.get('etag'), `"${seen.body.version}"`)
    const changes = [
      await edit(saleId, { price: 5 }),
      await engine.operate(`${pathOf(saleId)}/pause`),
      await engine.operate(`${pathOf(saleId)}/restock`, { units: 1, reason: 'more' }),
      await engine.operate(`${pathOf(saleId)}/clone`, SOON),
    ]
    for (const { headers, body } of changes) assert.equal(headers.get('etag'), `"${body.version}"`)
    assert.equal((await look(saleId)).body.version, seen.body.version + 3)
  })

  test('must be the one the sale has', async () => {
    const saleId = await engine.sale(SOON)
    const { version } = (await look(saleId)).body
    const old = [`"${version + 1}"`, `"${version - 1}"`, `W/"${version}"`, `${version}`, '""', 'x']
    for (const ifMatch of old) {
      const reply = await patch(saleId, { price: 5 }, ifMatch)
      assert.deepEqual(codeOf(reply), [412, 'version-changed'], ifMatch)
    }
    assert.deepEqual(codeOf(await patch(saleId, { price: 5 })), [412, 'version-missing'])
    assert.equal((await look(saleId)).body.price, 99_900)
    let now = version
    for (const ifMatch of [`"${now}"`, `"999999" , "${now + 1}"`, '*']) {
      const reply = await patch(saleId, { price: (now += 1) }, ifMatch)
      assert.deepEqual([reply.status, reply.body.price], [200, now], ifMatch)
    }
  })

  test('is taken by one of two operators who change the sale at once', async () => {
    const saleId = await engine.sale(SOON)
    const etag = (await look(saleId)).headers.get('etag')!
    const prices = Array.from({ length: 8 }, (_, at) => at + 1)
    const replies = await Promise.all(prices.map((price) => patch(saleId, { price }, etag)))
    const won = replies.filter(({ status }) => status === 200)
    assert.equal(won.length, 1)
    assert(replies.every((reply) => reply === won[0] || reply.body.code === 'version-changed'))
    assert.equal((await look(saleId)).body.price, won[0]!.body.price)
  })

  test('stays when nothing becomes different', async () => {
    const saleId = await engine.sale(SOON)
    const { body } = await look(saleId)
    const same = { price: body.price, stock: 10, limits: {}, startsAt: body.startsAt }
    const reply = await edit(saleId, same)
    assert.deepEqual([reply.status, reply.body.version], [200, body.version])
    assert.equal((await edit(saleId, {})).body.version, body.version)
  })

  test('matters neither to a sale nor to a path that is not there', async () => {
    for (const id of ['999999', '01', 'x', '%31'])
      assert.deepEqual(codeOf(await patch(id, { price: 5 })), [404, 'no-such-sale'], id)
  })
})

const FIELDS: Record<string, [good: unknown, ...wrong: unknown[]]> = {
  title: ['Another title', '', 7, 'a\nb'],
  price: [5, 0, 1.5, '5', null],
  stock: [77, 0, 10_000_001, '7'],
  startsAt: [instantIn(900_000), 'soon', instantIn(1500), instantIn(-1000)],
  endsAt: [instantIn(5_000_000), 'late', SOON.startsAt, instantIn(-1000)],
  perBuyerLimit: [3, 0, 101, 11],
  payWithinMs: [60_000, 999, 604_800_001],
  tokensFromMs: [60_000, -1, 2 ** 40],
  limits: [{ attemptsBurst: 5 }, { other: 1 }, { buyerPerSecond: 0 }, 7],
  rehearsal: [true, 'yes', null],
  productId: [undefined, '999999', 1, '0'],
  currency: ['CNY', 'USD', 'cny'],
  strategy: ['counter', 'tokens', 'segmented', 'other'],
  segments: [1, 2, 0, 101],
  admission: ['open', 'queue', 'draw', 'closed'],
}

suite('before its start', () => {
  for (const [field, [good, ...wrong]] of Object.entries(FIELDS)) {
    test(`the ${field} of a sale is changed, and a wrong one is refused by its name`, async () => {
      const saleId = await engine.sale(SOON)
      const terms = { [field]: good }
      for (const value of wrong) {
        const reply = await edit(saleId, { ...terms, [field]: value })
        assert.deepEqual(codeOf(reply), [400, 'malformed'], JSON.stringify(value))
        assert.match(reply.body.detail, new RegExp(`^${field}`))
      }
      assert.equal((await look(saleId)).body.version, 1, 'nothing was changed')
      if (good === undefined) return
      assert.equal((await edit(saleId, terms)).status, 200)
      const now = (await look(saleId)).body
      assert.deepEqual(field === 'stock' ? now.stock.total : now[field], good)
    })
  }

  test('the product changes together with its currency', async () => {
    const saleId = await engine.sale(SOON)
    const product = { title: 'Abroad', listPrice: 900, currency: 'USD' }
    const { productId } = (await engine.operate('/api/admin/products', product)).body
    const wrong = await edit(saleId, { productId })
    assert.match(wrong.body.detail, /^currency: the product is priced in USD/)
    const { body } = await edit(saleId, { productId, currency: 'USD', price: 100 })
    assert.deepEqual([body.productId, body.currency, body.price], [productId, 'USD', 100])
  })

  test('an unknown field and an empty reason are refused', async () => {
    const saleId = await engine.sale(SOON)
    assert.match((await edit(saleId, { discount: 1 })).body.detail, /discount/)
    assert.match((await edit(saleId, { price: 1, reason: ' ' })).body.detail, /^reason/)
  })

  test('everybody hears of an edit: the page, the engine, and the audit log', async () => {
    const saleId = await engine.sale(SOON)
    await edit(saleId, { price: 12_345, title: 'Cheaper', reason: 'a typing error' })
    const page = await engine.request('GET', `/api/sales/${saleId}`)
    assert.deepEqual([page.body.price, page.body.title], [12_345, 'Cheaper'])
    const { entries } = (await engine.look('/api/admin/audit-log')).body
    const entry = entries.find((one: Json) => one.change === 'edit-sale')
    assert.deepEqual(
      [entry.subject, entry.by, entry.reason],
      [`sale ${saleId}`, 'test', 'a typing error'],
    )
    assert.deepEqual(entry.details.before, { price: 99_900, title: 'A sale' })
    assert.deepEqual(entry.details.after, { price: 12_345, title: 'Cheaper' })
  })

  test('other units are in the engine after a rebuild', async () => {
    const saleId = await engine.sale(SOON)
    assert.equal((await look(saleId)).body.stock.engine, 'open')
    await edit(saleId, { stock: 3 })
    const { body } = await eventually(
      () => look(saleId),
      (reply) => reply.body.stock.engine === 'open',
    )
    const { total, available, returning, epoch } = body.stock
    assert.deepEqual([total, available + returning], [3, 3])
    assert(epoch > 1)
  })
})

test('after its start a sale keeps its terms but for the limits, and is not deleted', async () => {
  const saleId = await engine.sale()
  for (const [field, value] of Object.entries({ title: 'x', price: 5, stock: 7, ...SOON })) {
    const reply = await edit(saleId, { limits: { buyerPerSecond: 7 }, [field]: value })
    assert.deepEqual(codeOf(reply), [409, 'sale-started'])
    assert.equal(reply.body.field, field)
  }
  const [token] = await engine.tokens(saleId, ['1'])
  const limited = await edit(saleId, { title: 'A sale', limits: { buyerPerSecond: 1 } })
  assert.deepEqual(limited.body.limits, { buyerPerSecond: 1 })
  await engine.attempt(saleId, token!)
  assert.equal((await engine.attempt(saleId, token!)).body.code, 'rate-limited')
  assert.deepEqual(codeOf(await remove(saleId)), [409, 'sale-started'])
})

test('the terms of a sale that starts within two seconds stand', async () => {
  const saleId = await engine.sale({ ...SOON, startsAt: instantIn(1900) })
  assert.deepEqual(codeOf(await edit(saleId, { price: 5 })), [409, 'sale-started'])
  assert.deepEqual(codeOf(await remove(saleId)), [409, 'sale-started'])
})

test('a closed sale is not changed, and is deleted when it never started', async () => {
  const saleId = await engine.sale(SOON)
  await engine.operate(`${pathOf(saleId)}/close`)
  assert.deepEqual(codeOf(await edit(saleId, { price: 5 })), [409, 'sale-closed'])
  assert.equal((await remove(saleId)).status, 204)
})

test('a deleted sale is nowhere, and the engine has forgotten it', async () => {
  const saleId = await engine.sale(SOON)
  const tokens = await engine.tokens(saleId, ['1'])
  assert.equal((await look(saleId)).body.stock.engine, 'open')
  assert.deepEqual(codeOf(await remove(saleId, { ifMatch: '"999"' })), [412, 'version-changed'])
  const removed = await remove(saleId, { body: { reason: 'made twice' } })
  assert.deepEqual([removed.status, removed.body], [204, ''])
  const doors: Promise<Reply>[] = [
    engine.attempt(saleId, tokens[0]!),
    engine.request('GET', `/api/sales/${saleId}`),
    look(saleId),
    engine.look(`${pathOf(saleId)}/audit`),
    remove(saleId),
    patch(saleId, { price: 5 }, '*'),
    ...['pause', 'resume', 'close', 'preheat', 'clone', 'restock', 'tokens'].map((verb) => {
      const bodies: Record<string, object> = {
        clone: SOON,
        restock: { units: 1, reason: 'x' },
        tokens: { buyers: ['1'] },
      }
      return engine.operate(`${pathOf(saleId)}/${verb}`, bodies[verb])
    }),
  ]
  for (const reply of await Promise.all(doors))
    assert.deepEqual(codeOf(reply), [404, 'no-such-sale'])
  const lists = [await engine.request('GET', '/api/sales'), await engine.look('/api/admin/sales')]
  for (const { body } of lists)
    assert(body.sales.every((sale: { saleId: string }) => sale.saleId !== saleId))
})

test('sales are listed page by page, newest first', async () => {
  const made = [await engine.sale(SOON), await engine.sale(SOON), await engine.sale(SOON)]
  const page = async (query: string) => (await engine.look(`/api/admin/sales?${query}`)).body
  const first = await page('limit=2')
  const idsOf = ({ sales }: Json) => sales.map((sale: Json) => sale.saleId)
  assert.deepEqual([idsOf(first), first.nextCursor], [[made[2], made[1]], made[1]])
  const second = await page(`limit=1&cursor=${first.nextCursor}`)
  assert.deepEqual(idsOf(second), [made[0]])
  assert.equal((await engine.look('/api/admin/sales?cursor=x')).body.code, 'malformed')
})
