// Where books are read: one SQLite file, or several MySQL databases. A source is opened as of one
// instant (of each database) and never writes.

import { UnreadableInput } from '../answers.ts'
import type { SaleRow, SaleRows } from '../books.ts'

export interface Source extends AsyncDisposable {
  sales: SaleRow[] // all there are
  readSale(sale: SaleRow): Promise<SaleRows>
  readStrays(): Promise<Stray[]>
}

// A row that belongs to no sale that there is; of a payment, to no order.
export interface Stray {
  place: 'ledger' | 'orders' | 'queue' | 'payments'
  id: string // of the order, or of the payment
  owner: string // the sale, or the order, that does not exist
}

// Whatever goes wrong while reading is the input's fault, and named by where it was read.
export const reading = async <Result>(
  name: string,
  read: () => Result | Promise<Result>,
): Promise<Result> => {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof UnreadableInput) throw cause
    const { message, code } = cause as NodeJS.ErrnoException
    const why = message || code // of several addresses none answered: only a code
    throw new UnreadableInput(`${name} cannot be read as a seckill database: ${why}`, cause)
  }
}
