// Orders as a CSV file, page by page in constant memory. A cell that a spreadsheet would take for a
// formula is made text by an apostrophe before it (csv-stringify's `escape_formulas`).

import { pipeline, Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { ListedOrder } from '../flows/orders/list.ts'
import { storedOrderView } from './order-views.ts'

const COLUMNS = [
  'orderId',
  'saleId',
  'buyerId',
  'units',
  'price',
  'currency',
  'status',
  'createdAt',
  'payBy',
  'changedAt',
  'paymentId',
  'paymentStatus',
  'refundDue',
]

// When the pages fail, so does the file: it never looks complete.
export const orderCsv = (pages: AsyncIterable<ListedOrder[]>): Readable => {
  const lines = stringify({
    header: true,
    columns: COLUMNS,
    escape_formulas: true,
    record_delimiter: 'windows',
  })
  return pipeline(Readable.from(rowsOf(pages)), lines, () => undefined)
}

async function* rowsOf(pages: AsyncIterable<ListedOrder[]>) {
  for await (const page of pages)
    for (const listed of page) {
      const { payment, refundDue, ...same } = storedOrderView(listed)
      const { paymentId, status } = payment ?? {}
      yield { ...same, paymentId, paymentStatus: status, refundDue: refundDue ? 'true' : '' }
    }
}
