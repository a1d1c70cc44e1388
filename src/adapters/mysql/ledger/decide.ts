// Step 1 of the ledger, for a batch, in one transaction. Every row goes in as `recorded`, and one that
// is there already stays as it is. Then each sale pays for its new units with one update, which holds
// only if all of them are there and none is of a sealed epoch. Where it does not hold, the sale's
// messages are decided one by one in order-id order, and those refused become `rejected` in this same
// transaction: the first decision that is ever seen stands.

import { EngineError } from '../../../domain/errors.ts'
import type { OrderId, SaleId } from '../../../domain/ids.ts'
import type { OrderMessage } from '../../../domain/messages.ts'
import type { Decision } from '../../../domain/order.ts'
import type { Decided, Ledger, LedgerRow } from '../../../ports/ledger.ts'
import type { Statements } from '../database.ts'
import { bySale } from '../id-order.ts'
import type { StoreDeps } from '../mysql.ts'
import { insertRows } from './insert-rows.ts'
import { lockStock } from './lock-stock.ts'
import { readEntries } from './readings.ts'
import { insertTasks } from './tasks.ts'

export const ledgerDeciding = ({ mysql: { home }, clock }: StoreDeps): Pick<Ledger, 'decide'> => ({
  async decide(messages) {
    if (messages.length === 0) return []
    return home.write((transaction) => decideAll(transaction, messages, clock.nowMs()))
  },
})

const decideAll = async (transaction: Statements, messages: OrderMessage[], atMs: number) => {
  const rows = firstOfEach(messages)
  const fresh = await insertRows(transaction, { step: 1, entry: 'recorded', rows, atMs })
  const known = await readEntries(transaction, others(rows, fresh))
  const refused = new Map<OrderId, Refused>()
  for (const [saleId, own] of bySale(fresh))
    if (!(await payForAll(transaction, saleId, own)))
      for (const [orderId, why] of await payOneByOne(transaction, saleId, own))
        refused.set(orderId, why)
  return messages.map((message): Decided => {
    const { orderId, saleId, buyerId } = message
    const before = known.get(orderId)
    if (before) return decidedBefore(message, before)
    const why = refused.get(orderId)
    const decision: Decision = why ? 'rejected' : 'recorded'
    known.set(orderId, { saleId, buyerId, decision, released: false })
    return { message, decision, isNew: true, brokenPromise: why?.brokenPromise ?? false }
  })
}

const firstOfEach = (messages: OrderMessage[]): OrderMessage[] => [
  ...new Map(messages.toReversed().map((message) => [message.orderId, message])).values(),
]

const others = (rows: OrderMessage[], fresh: OrderMessage[]): OrderId[] => {
  const isFresh = new Set(fresh)
  return rows.filter((row) => !isFresh.has(row)).map(({ orderId }) => orderId)
}

const PAY = `
  update sale_stock
  set available = available - ?
  where sale_id = ?
  and available >= ?
  and sealed_epoch <= ?
`

const payForAll = async (transaction: Statements, saleId: SaleId, messages: OrderMessage[]) => {
  const units = messages.reduce((sum, message) => sum + message.units, 0)
  const epoch = messages.reduce((lowest, message) => Math.min(lowest, message.epoch), Infinity)
  return (await transaction.change(PAY, [units, saleId, units, epoch])) === 1
}

const TAKE = `
  update sale_stock
  set available = ?
  where sale_id = ?
`

const REJECT = `
  update stock_ledger
  set entry = 'rejected'
  where order_id in (?) and step = 1
`

interface Refused {
  brokenPromise: boolean // for lack of units, in an epoch that is not sealed
}

const payOneByOne = async (transaction: Statements, saleId: SaleId, messages: OrderMessage[]) => {
  const stock = await lockStock(transaction, saleId)
  if (stock === undefined) throw noSuchSale(saleId)
  const refused = new Map<OrderId, Refused>()
  let { available } = stock
  for (const { orderId, units, epoch } of messages) {
    const isSealed = epoch < stock.sealedEpoch
    if (!isSealed && units <= available) available -= units
    else refused.set(orderId, { brokenPromise: !isSealed })
  }
  if (available < stock.available) await transaction.change(TAKE, [available, saleId])
  await reject(transaction, [...refused.keys()])
  return refused
}

// None, if units came back between the two.
const reject = async (transaction: Statements, orderIds: OrderId[]) => {
  if (orderIds.length === 0) return
  await transaction.change(REJECT, [orderIds])
  await insertTasks(transaction, orderIds)
}

const decidedBefore = (message: OrderMessage, before: LedgerRow): Decided => {
  const { saleId, buyerId, decision } = before
  if (buyerId !== message.buyerId || saleId !== message.saleId) throw twoOwners(message.orderId)
  return { message, decision, isNew: false, brokenPromise: false }
}

const twoOwners = (orderId: OrderId) =>
  new EngineError('STORE_CONFLICT', {
    message: `order ${orderId} is in the ledger for another buyer: two processes have used one node id`,
  })

const noSuchSale = (saleId: SaleId) =>
  new EngineError('STORE_CONFLICT', { message: `there is no sale ${saleId}` })
