// A turn over all sales: they are looked after beside each other, and each by itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../src/ports/clock.ts'
import type { Sale } from '../../src/domain/sale.ts'
import { eachSale, type SalesTurn } from '../../src/workers/each-sale.ts'
import { until } from '../contracts/contract.ts'

// Between two rounds everything else has its turn.
const clock: Clock = {
  nowMs: () => 0,
  pause: () => new Promise((resolve) => setImmediate(resolve)),
}

const turnOf = (saleIds: string[], of: Pick<SalesTurn, 'look'> & Partial<SalesTurn>) =>
  eachSale({
    clock,
    list: async () => saleIds.map((saleId) => ({ saleId }) as Sale),
    atOnce: 16,
    everyMs: 1,
    signal: new AbortController().signal,
    ...of,
  })

test('a sale whose rebuild takes long delays no other, in this round or in the next ones', async () => {
  const rebuilt = Promise.withResolvers<void>()
  const looks = { long: 0, short: 0 }
  const look = async ({ saleId }: Sale) => {
    if (saleId === 'long') {
      looks.long += 1
      await rebuilt.promise
    } else looks.short += 1
  }
  const turn = turnOf(['long', 'short'], { look })
  await until(async () => looks.short >= 3 || undefined)
  assert.equal(looks.long, 1, 'it is not begun again meanwhile')
  rebuilt.resolve()
  await turn
})

test('a turn without anything that takes long looks at each sale once', async () => {
  const looked: string[] = []
  await turnOf(['1', '2', '3'], { look: async ({ saleId }) => void looked.push(saleId) })
  assert.deepEqual(looked, ['1', '2', '3'])
})

test('no more sales are looked after at once than is said', async () => {
  let [now, most, all] = [0, 0, 0]
  const look = async () => {
    now += 1
    most = Math.max(most, now)
    all += 1
    await clock.pause(0)
    now -= 1
  }
  const saleIds = Array.from({ length: 10 }, (_, at) => String(at))
  await turnOf(saleIds, { look, atOnce: 3 })
  assert.deepEqual([most, all >= 10], [3, true])
})

test('all are looked after when some fail, and the first failure is told', async () => {
  const looked: string[] = []
  const look = async ({ saleId }: Sale) => {
    looked.push(saleId)
    if (saleId !== '2') throw new Error(`sale ${saleId}`)
  }
  await assert.rejects(turnOf(['1', '2', '3'], { look }), /sale 1/)
  assert.deepEqual(looked, ['1', '2', '3'])
})

test('a turn that is stopped begins no other sale and waits for those under way', async () => {
  const stopping = new AbortController()
  const rebuilt = Promise.withResolvers<void>()
  const looked: string[] = []
  let isOver = false
  const look = async ({ saleId }: Sale) => {
    looked.push(saleId)
    stopping.abort()
    await rebuilt.promise
  }
  const turn = turnOf(['1', '2'], { look, signal: stopping.signal }).then(() => (isOver = true))
  await clock.pause(0)
  await clock.pause(0)
  assert.deepEqual([looked, isOver], [['1'], false])
  rebuilt.resolve()
  await turn
})

test('sales that cannot be listed leave nothing under way behind', async () => {
  const rebuilt = Promise.withResolvers<void>()
  let [lists, isOver] = [0, false]
  const list = async () => {
    lists += 1
    if (lists > 1) throw new Error('the store is away')
    return [{ saleId: '1' } as Sale]
  }
  const look = () => rebuilt.promise
  const turn = assert
    .rejects(turnOf([], { list, look }), /the store is away/)
    .then(() => (isOver = true))
  await until(async () => lists > 1 || undefined)
  await clock.pause(0)
  assert.equal(isOver, false)
  rebuilt.resolve()
  await turn
})
