// The sold-out memory tells the truth: to losers from memory, to winners never.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type SeenStock,
  SOLD_OUT_MEMORY_MS,
  soldOutMemory,
} from '../../src/attempt/sold-out-memory.ts'
import type { ScanPage, Stock } from '../../src/ports/stock.ts'

const SALE = '1'

const mark = (buyerId: string) => ({
  buyerId,
  orderId: `${buyerId}00`,
  units: 1,
  stockTokens: [],
  inTransit: false,
})

// An engine of which only the scan is asked; each call takes the next page given.
const scanning = (pages: ScanPage[]) => {
  let scans = 0
  const scan = async () => {
    scans += 1
    return pages.shift()!
  }
  return { stock: { scan } as unknown as Stock, scans: () => scans }
}

const page = (of: { epoch: number; version: number; buyers: string[] }): ScanPage => ({
  epoch: of.epoch,
  version: of.version,
  held: of.buyers.map(mark),
  cursor: undefined,
})

const seen = (of: {
  sentAtMs: number
  epoch?: number
  version: number
  left?: number
  answers?: SeenStock['answers']
}) => ({
  sentAtMs: of.sentAtMs,
  epoch: of.epoch ?? 1,
  reading: { version: of.version, left: of.left ?? 0 },
  answers: of.answers ?? ['sold-out' as const],
})

const recall = (memory: ReturnType<typeof soldOutMemory>, buyerId: string, nowMs: number) =>
  memory.recall({ saleId: SALE, buyerId, nowMs })

test('a loser is told sold-out from memory, a winner is sent on to the engine', async () => {
  const { stock } = scanning([page({ epoch: 1, version: 9, buyers: ['5'] })])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  memory.note(SALE, seen({ sentAtMs: 1000, version: 9 }))
  await memory.idle()
  assert.equal(recall(memory, '6', 1000), 'sold-out')
  assert.equal(recall(memory, '5', 1000), undefined)
})

test('a memory ends 200 ms after the call that read it was sent', async () => {
  const { stock } = scanning([page({ epoch: 1, version: 9, buyers: [] })])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  memory.note(SALE, seen({ sentAtMs: 1000, version: 9 }))
  await memory.idle()
  assert.equal(recall(memory, '6', 1000 + SOLD_OUT_MEMORY_MS - 1), 'sold-out')
  assert.equal(recall(memory, '6', 1000 + SOLD_OUT_MEMORY_MS), undefined)
})

test('units that are left, returning or between segments are never remembered as sold out', async () => {
  const { stock, scans } = scanning([])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  memory.note(SALE, seen({ sentAtMs: 1000, version: 9, left: 1 }))
  await memory.idle()
  assert.equal(recall(memory, '6', 1000), undefined)
  assert.equal(scans(), 0)
})

test('winners of another version or another epoch are not used', async () => {
  for (const later of [{ version: 10 }, { epoch: 2, version: 9 }]) {
    const { stock } = scanning([page({ epoch: 1, version: 9, buyers: ['5'] })])
    const memory = soldOutMemory({ stock }, { winnersMax: 10 })
    memory.note(SALE, seen({ sentAtMs: 1000, version: 9 }))
    await memory.idle()
    memory.note(SALE, seen({ sentAtMs: 1001, ...later }))
    assert.equal(recall(memory, '6', 1001), undefined)
  }
})

test('winners are loaded once in five seconds, and not when there are too many', async () => {
  const many = page({ epoch: 1, version: 9, buyers: ['1', '2', '3'] })
  const { stock, scans } = scanning([many, page({ epoch: 1, version: 9, buyers: ['1'] })])
  const memory = soldOutMemory({ stock }, { winnersMax: 2 })
  const note = async (sentAtMs: number) => {
    memory.note(SALE, seen({ sentAtMs, version: 9 }))
    await memory.idle()
  }
  await note(1000)
  await note(5999)
  assert.equal(scans(), 1)
  assert.equal(recall(memory, '9', 5999), undefined)
  await note(6000)
  assert.equal(scans(), 2)
  assert.equal(recall(memory, '9', 6000), 'sold-out')
})

test('winners of a sale that nobody asks about any more go when another is sold out', async () => {
  const winners = page({ epoch: 1, version: 9, buyers: ['5'] })
  const { stock, scans } = scanning([winners, winners, winners])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  const note = (saleId: string, sentAtMs: number) =>
    memory.note(saleId, seen({ sentAtMs, version: 9 }))
  note(SALE, 1000)
  await memory.idle()
  note('2', 7000)
  note(SALE, 7000)
  assert.equal(recall(memory, '6', 7000), undefined, 'they have to be loaded again')
  await memory.idle()
  assert.equal(recall(memory, '6', 7000), 'sold-out')
  assert.equal(scans(), 3)
})

test('an older answer that arrives late does not take over a newer one', async () => {
  const { stock } = scanning([page({ epoch: 1, version: 9, buyers: [] })])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  memory.note(SALE, seen({ sentAtMs: 1000, version: 9 }))
  await memory.idle()
  memory.note(SALE, seen({ sentAtMs: 1100, version: 8 }))
  assert.equal(recall(memory, '6', 1150), 'sold-out')
  assert.equal(recall(memory, '6', 1250), undefined, 'and does not prolong it')
})

test('a sale that has ended is remembered as ended', async () => {
  const { stock } = scanning([page({ epoch: 1, version: 9, buyers: ['5'] })])
  const memory = soldOutMemory({ stock }, { winnersMax: 10 })
  memory.note(SALE, seen({ sentAtMs: 1000, version: 9, left: 3, answers: ['ended'] }))
  await memory.idle()
  assert.equal(recall(memory, '6', 1000), 'ended')
  assert.equal(recall(memory, '5', 1000), undefined)
})
