// P1, row by row: the ledger follows its own rules (one decision per order, a release only after a
// record, once), and every order row says what the ledger says. An order that is still on the queue
// may lack its row, one that is still in the outbox may lack its release.

import type { Books, Entry, LedgerRow, OrderRow } from '../books.ts'
import { isRecorded } from '../lives.ts'

export const ledgerAndOrders = (books: Books): string[] => [
  ...books.otherEntries.map(
    ({ orderId, step }) => `order ${orderId} has step ${step} more than once in the ledger`,
  ),
  ...books.ledger.entries().flatMap(([orderId, entry]) => entryRules(orderId, entry)),
  ...books.ledger.entries().flatMap(([orderId, entry]) => missingOrder(books, orderId, entry)),
  ...books.orders.values().flatMap((order) => orderAgrees(books, order)),
]

// Two processes may have written them, and each carries the store's time as well as it could read it.
const CLOCKS_APART_MS = 1000

const entryRules = (orderId: string, { decided, released }: Entry): string[] => {
  const broken: string[] = []
  if (decided && decided.entry !== 'recorded' && decided.entry !== 'rejected')
    broken.push(`order ${orderId} has ${decided.entry} as its decision in the ledger`)
  if (!released) return broken
  if (released.entry !== 'released')
    broken.push(`order ${orderId} has ${released.entry} as its release in the ledger`)
  if (!decided) return [...broken, `order ${orderId} was released and never recorded`]
  if (decided.entry === 'rejected') broken.push(`order ${orderId} was released after a rejection`)
  if (released.at < decided.at - CLOCKS_APART_MS)
    broken.push(`order ${orderId} was released before it was recorded`)
  for (const field of ['buyerId', 'units'] as const)
    if (released[field] !== decided[field])
      broken.push(`order ${orderId} was released ${differ(field, released, decided)}`)
  return broken
}

const differ = (field: 'buyerId' | 'units', released: LedgerRow, decided: LedgerRow): string => {
  const word = field === 'buyerId' ? 'buyer' : 'units'
  return `with ${word} ${released[field]}, recorded with ${decided[field]}`
}

const missingOrder = ({ orders, awaited }: Books, orderId: string, entry: Entry): string[] => {
  if (!entry.decided || orders.has(orderId) || awaited.has(orderId)) return []
  return [`order ${orderId} was ${entry.decided.entry} in the ledger and has no order row`]
}

const RELEASED = new Set(['cancelled', 'expired', 'refunded'])
const STATUSES = new Set(['pending', 'paid', 'rejected', ...RELEASED])

const orderAgrees = (books: Books, order: OrderRow): string[] => {
  const { orderId, status } = order
  const entry = books.ledger.get(orderId)
  const decided = entry?.decided
  if (!entry || !decided) return [`order ${orderId} is ${status} and is not in the ledger`]
  const broken: string[] = []
  if (order.buyerId !== decided.buyerId)
    broken.push(`order ${orderId} is buyer ${order.buyerId}'s, in the ledger ${decided.buyerId}'s`)
  if (order.units !== decided.units)
    broken.push(`order ${orderId} has ${order.units} units, in the ledger ${decided.units}`)
  return [...broken, ...statusAgrees(books, { order, entry })]
}

const statusAgrees = (
  { outbox }: Books,
  { order: { orderId, status }, entry }: { order: OrderRow; entry: Entry },
): string[] => {
  const { released } = entry
  if (!STATUSES.has(status)) return [`order ${orderId} has the unknown status ${status}`]
  if ((status === 'rejected') === isRecorded(entry))
    return [`order ${orderId} is ${status}, and ${entry.decided!.entry} in the ledger`]
  if (status === 'rejected') return []
  if (RELEASED.has(status) && !released && !outbox.has(orderId))
    return [`order ${orderId} is ${status} and was never released`]
  if (!RELEASED.has(status) && released)
    return [`order ${orderId} is ${status}, and was released as ${released.reason}`]
  if (released && released.reason !== status)
    return [`order ${orderId} is ${status}, and was released as ${released.reason}`]
  return []
}
