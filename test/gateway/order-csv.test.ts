// The CSV file of orders: harmless in a spreadsheet, no larger in memory than a page, never half a file
// that looks whole.

import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { ListedOrder } from '../../src/flows/orders/list.ts'
import { orderCsv } from '../../src/gateway/order-csv.ts'
import { sampleOrder } from '../contracts/samples.ts'

async function* pagesOf(...pages: ListedOrder[][]) {
  yield* pages
}

const listed = (currency: string): ListedOrder => ({
  order: sampleOrder({ buyerId: '1', currency }),
  payments: [],
})

test('a cell that a spreadsheet would take for a formula is text', async () => {
  const dangerous = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx']
  const file = await text(orderCsv(pagesOf(dangerous.map(listed))))
  for (const cell of dangerous) {
    assert.ok(!file.includes(`,${cell},`) && !file.includes(`,"${cell}",`), cell)
    assert.ok(file.includes(`'${cell}`), cell)
  }
  assert.ok((await text(orderCsv(pagesOf([listed('a,"b')])))).includes(',"a,""b",'))
})

test('a file without orders has its header', async () => {
  assert.match(await text(orderCsv(pagesOf())), /^orderId,.*refundDue\r\n$/)
})

test('pages are read as fast as the file is, and no faster', async () => {
  let read = 0
  async function* endless() {
    for (;;) {
      read += 1
      yield Array.from({ length: 100 }, () => listed('CNY'))
    }
  }
  const file = orderCsv(endless())
  let rows = 0
  for await (const part of file as AsyncIterable<Buffer>) {
    rows += part.toString().split('\r\n').length - 1
    assert.ok(read * 100 < rows + 2000, `${read} pages are read for ${rows} rows`)
    if (rows > 10_000) break
  }
  assert.ok(file.destroyed, 'who leaves ends the reading')
})

test('a file whose pages fail is broken off', async () => {
  async function* failing() {
    yield [listed('CNY')]
    throw new Error('cut off')
  }
  await assert.rejects(text(orderCsv(failing())), /cut off/)
})
