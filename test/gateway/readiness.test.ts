// Whether a sale is ready, over HTTP and on a store that works.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Engine, type Json, startEngine } from '../support/engine.ts'

let engine: Engine

before(async () => {
  engine = await startEngine()
})

after(() => engine[Symbol.asyncDispose]())

const readiness = (saleId: string) => engine.look(`/api/admin/sales/${saleId}/readiness`)

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

test('a sale that starts within the hour is ready as soon as it is made', async () => {
  const times = { startsAt: inMs(600_000), endsAt: inMs(7_200_000) }
  const saleId = await engine.sale({ stock: 1000, ...times })
  const { status, body } = await readiness(saleId)
  assert.equal(status, 200)
  const other = body.checks.filter(({ level }: Json) => level !== 'ok')
  assert.deepEqual([body.saleId, body.ready, other], [saleId, true, []])
})

test('a sale that is not there yet is a warning, a paused one is not ready', async () => {
  const times = { startsAt: inMs(8_000_000), endsAt: inMs(16_000_000) }
  const saleId = await engine.sale({ stock: 1000, ...times })
  const levelOf = (body: Json, name: string) =>
    body.checks.find(({ check }: Json) => check === name).level
  const early = (await readiness(saleId)).body
  assert.deepEqual([early.ready, levelOf(early, 'engine')], [true, 'warn'])
  await engine.operate(`/api/admin/sales/${saleId}/pause`, { reason: 'wait' })
  const paused = (await readiness(saleId)).body
  assert.deepEqual([paused.ready, levelOf(paused, 'state')], [false, 'fail'])
})

test('a sale that does not exist is not ready, it is missing', async () => {
  for (const id of ['4711', 'x', '0'])
    assert.equal((await readiness(id)).body.code, 'no-such-sale', id)
})
