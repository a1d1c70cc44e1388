// Two operators do opposite things to one sale at the same time: each change happens whole or not at
// all, none is lost without its operator being told, what is final stays final, and the audit log tells
// the same story as the sale.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Engine,
  type Json,
  OPERATOR,
  type Reply,
  startEngine,
  VIEWER,
} from '../support/engine.ts'

const OTHER = 'other-operator-key-for-tests-only'
const ROUNDS = 10

let engine: Engine

before(async () => {
  engine = await startEngine({
    SECKILL_ADMIN_KEY: `operator:one:${OPERATOR},operator:other:${OTHER},viewer:looker:${VIEWER}`,
  })
})

after(() => engine[Symbol.asyncDispose]())

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const pathOf = (saleId: string) => `/api/admin/sales/${saleId}`

const change = (saleId: string, verb: string, credential: string, body: Json = {}) =>
  engine.request('POST', `${pathOf(saleId)}/${verb}`, { credential, body })

const look = async (saleId: string): Promise<Json> => (await engine.look(pathOf(saleId))).body

const story = async (saleId: string): Promise<Json[]> => {
  const query = `subject=${encodeURIComponent(`sale ${saleId}`)}&limit=999`
  return (await engine.look(`/api/admin/audit-log?${query}`)).body.entries.toReversed()
}

// Whether an attempt is answered as the sale is: the engine has the same copy as home.
const outcome = async (saleId: string): Promise<string> => {
  const [token] = await engine.tokens(saleId, ['1'])
  const { body } = await engine.attempt(saleId, token!)
  return body.outcome ?? body.code
}

test('pausing and resuming leaves the sale as the last of them has said', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const saleId = await engine.sale()
    const verbs = ['pause', 'resume', 'pause', 'resume']
    const replies = await Promise.all(
      verbs.map((verb, at) => change(saleId, verb, at % 2 === 0 ? OPERATOR : OTHER)),
    )
    assert(replies.every(({ status }) => status === 200))
    const { paused } = await look(saleId)
    const told = (await story(saleId)).filter((entry) => entry.change === 'change-sale')
    assert.equal(told.at(-1).details.paused, paused, 'the audit log ends with what is')
    assert.equal(await outcome(saleId), paused ? 'paused' : 'accepted')
  }
})

test('closing wins over whatever comes with it, for good', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const saleId = await engine.sale()
    const others = [
      change(saleId, 'resume', OTHER),
      change(saleId, 'close', OPERATOR),
      change(saleId, 'pause', OTHER),
      change(saleId, 'restock', OTHER, { units: 5, reason: 'more' }),
      change(saleId, 'close', OTHER),
    ]
    const replies = await Promise.all(round % 2 === 0 ? others : others.toReversed())
    for (const { status, body } of replies)
      assert(status === 200 || body.code === 'sale-closed', JSON.stringify(body))
    const { closedAt, status, stock } = await look(saleId)
    assert(closedAt !== undefined)
    assert.equal(status, 'ended')
    assert([10, 15].includes(stock.total))
    for (const verb of ['pause', 'resume'])
      assert.equal((await change(saleId, verb, OTHER)).body.code, 'sale-closed')
    assert.equal(await outcome(saleId), 'ended')
    const audit: Json = (await engine.look(`${pathOf(saleId)}/audit`)).body
    assert.deepEqual([audit.drift, audit.total], [0, stock.total])
  }
})

test('of those who edit one version exactly one wins, beside whom all others are told', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const saleId = await engine.sale({ startsAt: inMs(900_000), endsAt: inMs(1_800_000) })
    const { version } = await look(saleId)
    const edit = (price: number, credential: string): Promise<Reply> =>
      engine.request('PATCH', pathOf(saleId), {
        credential,
        body: { price },
        headers: { 'if-match': `"${version}"` },
      })
    const replies = await Promise.all([
      edit(11, OPERATOR),
      edit(22, OTHER),
      change(saleId, 'pause', OTHER),
      edit(33, OTHER),
    ])
    const edits = replies.filter((_, at) => at !== 2)
    const won = edits.filter(({ status }) => status === 200)
    const lost = edits.filter(({ body }) => body.code === 'version-changed')
    assert(won.length <= 1 && won.length + lost.length === edits.length)
    const { price, paused } = await look(saleId)
    assert.deepEqual([price, paused], [won[0]?.body.price ?? 99_900, true])
  }
})

test('restocks of both count, each once, while others pause and resume', async () => {
  const saleId = await engine.sale()
  const restock = (credential: string, units: number) =>
    change(saleId, 'restock', credential, { units, reason: 'more' })
  const all = Array.from({ length: ROUNDS }, () => [
    restock(OPERATOR, 1),
    restock(OTHER, 10),
    change(saleId, 'pause', OPERATOR),
    change(saleId, 'resume', OTHER),
  ])
  const replies = await Promise.all(all.flat())
  assert(replies.every(({ status }) => status === 200))
  assert.equal((await look(saleId)).stock.total, 10 + ROUNDS * 11)
  const told = (await story(saleId)).filter((entry) => entry.change === 'restock')
  assert.equal(told.length, 2 * ROUNDS)
})

test('a deletion and an edit at once leave a sale that is changed, or none', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const saleId = await engine.sale({ startsAt: inMs(900_000), endsAt: inMs(1_800_000) })
    const both = [
      engine.request('DELETE', pathOf(saleId), { credential: OPERATOR, body: {} }),
      engine.request('PATCH', pathOf(saleId), {
        credential: OTHER,
        body: { stock: 20 },
        headers: { 'if-match': '*' },
      }),
    ]
    const [deleted, edited] = await Promise.all(both)
    assert.equal(deleted!.status, 204)
    assert([200, 404].includes(edited!.status), JSON.stringify(edited!.body))
    assert.equal((await engine.look(pathOf(saleId))).status, 404)
    assert.equal((await engine.request('GET', `/api/sales/${saleId}`)).status, 404)
  }
})
