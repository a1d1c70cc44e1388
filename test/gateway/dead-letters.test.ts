// Dead letters over HTTP: what could not be recorded is seen, and put back on the queue.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deadLetter, sampleMessage } from '../contracts/samples.ts'
import type { NewDeadLetter } from '../../src/ports/dead-letters.ts'
import { type Engine, eventually, type Json, OPERATOR, startEngine } from '../support/engine.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'

let engine: Engine
let saleId: string

before(async () => {
  engine = await startEngine()
  saleId = await engine.sale()
})

after(() => engine[Symbol.asyncDispose]())

const PATH = '/api/admin/dead-letters'

const INSERT = `
  insert into dead_letters (source, order_id, message, reason, at)
  values (?, ?, ?, ?, ?)
  returning cast(dead_letter_id as text) as deadLetterId
`

// As the worker sets one aside.
const bury = async (buyerId: string, ofSale = saleId) => {
  const message = sampleMessage({ buyerId, saleId: ofSale, price: 99_900 })
  return { message, deadLetterId: await insert(deadLetter(message, 'no such sale')) }
}

const insert = ({ source, orderId, message, reason }: NewDeadLetter): Promise<string> =>
  pastTheEngine(engine, (database) => {
    const values = [source, orderId ?? null, message, reason, Date.UTC(2026, 10, 11)]
    return (database.prepare(INSERT).get(...values) as { deadLetterId: string }).deadLetterId
  })

const replay = (deadLetterId: string, body?: Json) =>
  engine.request('POST', `${PATH}/${deadLetterId}/replay`, { credential: OPERATOR, body })

test('a dead letter is seen with its message and its reason, page by page', async () => {
  assert.deepEqual((await engine.look(PATH)).body, { deadLetters: [] })
  const [first, second] = [await bury('1'), await bury('2')]
  const newest = (await engine.look(`${PATH}?limit=1`)).body
  assert.equal(newest.nextCursor, newest.deadLetters[0].deadLetterId)
  const rest = (await engine.look(`${PATH}?cursor=${newest.nextCursor}`)).body
  const seen = [...newest.deadLetters, ...rest.deadLetters]
  assert.deepEqual(
    seen.map((letter: Json) => JSON.parse(letter.message)),
    [second.message, first.message],
  )
  const { deadLetterId, message: _, ...letter } = seen[0]
  assert.equal(deadLetterId, second.deadLetterId)
  const { orderId } = second.message
  assert.deepEqual(letter, {
    orderId,
    source: orderId,
    reason: 'no such sale',
    at: '2026-11-11T00:00:00.000Z',
  })
})

test('one that is put back is recorded, and no dead letter any more', async () => {
  const { message, deadLetterId } = await bury('3')
  const { orderId, buyerId } = message
  const replayed = await replay(deadLetterId, { reason: 'the sale is there again' })
  assert.deepEqual([replayed.status, replayed.body], [202, { deadLetterId, status: 'queued' }])
  const [credential] = await engine.tokens(saleId, [buyerId])
  const order = await eventually(
    () => engine.request('GET', `/api/orders/${orderId}`, { credential }),
    ({ body }) => body.status === 'pending',
  )
  assert.equal(order.body.buyerId, buyerId)
  const { deadLetters } = (await engine.look(PATH)).body
  assert(!deadLetters.some((letter: Json) => letter.orderId === orderId))
  const subject = encodeURIComponent(`order ${orderId}`)
  const { entries } = (await engine.look(`/api/admin/audit-log?subject=${subject}`)).body
  assert.deepEqual(
    entries.map((entry: Json) => [entry.change, entry.by, entry.reason]),
    [['replay-dead-letter', 'test', 'the sale is there again']],
  )
})

test('what is no dead letter cannot be put back', async () => {
  for (const id of ['777', '0', 'x', '9'.repeat(30), '%00'])
    assert.deepEqual((await replay(id)).body.code, 'no-such-dead-letter', id)
})

test('one that cannot be read is seen, and is not put back', async () => {
  const letter = { orderId: undefined, reason: 'it is not JSON', message: 'torn' }
  const deadLetterId = await insert({ ...letter, source: 'seckill.orders.v1/3/17' })
  const [seen] = (await engine.look(`${PATH}?limit=1`)).body.deadLetters
  assert.equal(seen.source, 'seckill.orders.v1/3/17')
  assert(!('orderId' in seen))
  const refused = await replay(deadLetterId)
  assert.deepEqual([refused.status, refused.body.code], [409, 'unreadable-dead-letter'])
  const [stays] = (await engine.look(`${PATH}?limit=1`)).body.deadLetters
  assert.equal(stays.deadLetterId, deadLetterId)
})

test('one of a sale that was deleted is not put back: nothing of that is decided any more', async () => {
  const startsAt = new Date(Date.now() + 7_200_000).toISOString()
  const endsAt = new Date(Date.now() + 9_000_000).toISOString()
  const deleted = await engine.sale({ startsAt, endsAt })
  const { deadLetterId } = await bury('4', deleted)
  const path = `/api/admin/sales/${deleted}`
  assert.equal((await engine.request('DELETE', path, { credential: OPERATOR })).status, 204)
  assert.equal((await replay(deadLetterId)).body.code, 'no-such-dead-letter')
})
