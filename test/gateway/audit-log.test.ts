// The audit log over HTTP: everything an operator changes is in it, and everybody with a key may look.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Engine, type Json, startEngine } from '../support/engine.ts'

let engine: Engine

before(async () => {
  engine = await startEngine()
})

after(() => engine[Symbol.asyncDispose]())

const read = async (query = '') => (await engine.look(`/api/admin/audit-log${query}`)).body

const changesOf = (entries: Json[]) => entries.map((entry) => entry.change)

test('what an operator changes is read with who, when and why, newest first', async () => {
  const saleId = await engine.sale()
  await engine.operate(`/api/admin/sales/${saleId}/pause`, { reason: 'a look' })
  await engine.operate(`/api/admin/sales/${saleId}/resume`)
  const { entries } = await read(`?subject=${encodeURIComponent(`sale ${saleId}`)}&by=test`)
  assert.deepEqual(changesOf(entries), ['change-sale', 'change-sale', 'create-sale'])
  const { auditId, at, ...paused } = entries[1]
  const subject = `sale ${saleId}`
  assert.deepEqual(paused, {
    by: 'test',
    change: 'change-sale',
    subject,
    reason: 'a look',
    details: { paused: true },
  })
  assert.match(auditId, /^\d+$/)
  assert(Math.abs(Date.parse(at) - Date.now()) < 60_000)
})

test('a preheat names the operator who asked for it, and the keeper is not an operator', async () => {
  const startsAt = new Date(Date.now() + 7_200_000).toISOString()
  const endsAt = new Date(Date.now() + 9_000_000).toISOString()
  const saleId = await engine.sale({ startsAt, endsAt })
  for (const _ of [1, 2]) await engine.operate(`/api/admin/sales/${saleId}/preheat`)
  const { entries } = await read(`?subject=${encodeURIComponent(`sale ${saleId}`)}`)
  assert.deepEqual(changesOf(entries), ['preheat-sale', 'create-sale'])
  assert.deepEqual([entries[0].by, entries[0].details], ['test', { epoch: 1 }])
})

test('it is read page by page to its end', async () => {
  const { entries: all } = await read('?limit=999')
  const paged: Json[] = []
  let cursor: string | undefined
  do {
    const page = await read(`?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
    assert(page.entries.length <= 2)
    paged.push(...page.entries)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  assert.deepEqual(paged, all)
})

test('who and what nobody knows has changed nothing', async () => {
  assert.deepEqual(await read('?by=nobody'), { entries: [] })
  assert.deepEqual(await read('?subject=sale'), { entries: [] })
})

test('a query that names nothing is refused with what is wrong', async () => {
  for (const query of ['limit=0', 'limit=1000', 'limit=x', 'cursor=0', 'who=test', 'by='])
    assert.equal((await read(`?${query}`)).code, 'malformed', query)
})
