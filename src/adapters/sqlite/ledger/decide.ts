// Step 1 of the ledger, for a batch. New rows go in as `recorded`; then each sale pays for its new
// units with one update, which holds only if all of them are there and none is of a sealed epoch.
// Where it does not hold, the sale's messages are decided one by one in order-id order, and those
// refused become `rejected` in this same transaction: the first decision that is ever seen stands.

import assert from 'node:assert/strict'
import { EngineError } from '../../../domain/errors.ts'
import { type BuyerId, idKey, type OrderId, type SaleId } from '../../../domain/ids.ts'
import type { OrderMessage } from '../../../domain/messages.ts'
import type { Decision } from '../../../domain/order.ts'
import type { Decided, Ledger } from '../../../ports/ledger.ts'
import { tokensText } from '../../sql/columns.ts'
import { rowInserter } from '../rows/many-rows.ts'
import type { Database, StoreDeps } from '../database.ts'
import { taskWriter } from './tasks.ts'

type Statements = ReturnType<typeof statementsOf>

export const ledgerDeciding = ({ database, clock }: StoreDeps): Pick<Ledger, 'decide'> => {
  const statements = statementsOf(database)

  const decideAll = (messages: OrderMessage[]): Decided[] => {
    const fresh = insertNew(statements, messages, clock.nowMs())
    const refused = new Map<OrderMessage, { brokenPromise: boolean }>()
    for (const [saleId, own] of bySale(fresh))
      if (!payForAll(statements, saleId, own))
        for (const [message, why] of payOneByOne(statements, saleId, own)) refused.set(message, why)
    return messages.map((message) => {
      if (!fresh.has(message)) return decidedBefore(statements, message)
      const why = refused.get(message)
      const decision: Decision = why ? 'rejected' : 'recorded'
      return { message, decision, isNew: true, brokenPromise: why?.brokenPromise ?? false }
    })
  }

  return { decide: async (messages) => database.apply(() => decideAll(messages)) }
}

const INSERT_RECORDED = {
  into: `
    stock_ledger (
      order_id, step, sale_id, buyer_id, units, entry, stock_tokens, epoch, at)
  `,
  row: `(?, 1, ?, ?, ?, 'recorded', ?, ?, ?)`,
  conflict: 'on conflict (order_id, step) do nothing',
}

const LAST_ORDER = `
  select cast(coalesce(max(order_id), 0) as text) as orderId
  from stock_ledger
`

// The messages that were not decided before: found first, because an insert of many rows does not say
// which of them were there. Order ids grow with time, so most are beyond all that the ledger has.
const insertNew = (statements: Statements, messages: OrderMessage[], nowMs: number) => {
  const last = statements.lastOrder.get()!.orderId
  const seen = new Set<OrderId>()
  const isNew = ({ orderId }: OrderMessage) => {
    if (seen.has(orderId)) return false
    seen.add(orderId)
    return compareIds(last, orderId) < 0 || statements.findDecision.get(orderId) === undefined
  }
  const fresh = messages.filter(isNew)
  const inserted = statements.insertRecorded(fresh, (message) => [
    message.orderId,
    idKey(message.saleId),
    idKey(message.buyerId),
    message.units,
    tokensText(message.stockTokens),
    message.epoch,
    nowMs,
  ])
  assert.equal(inserted, fresh.length, 'what is not in the ledger can be written to it')
  return new Set(fresh)
}

const bySale = (messages: Iterable<OrderMessage>): [SaleId, OrderMessage[]][] => {
  const sales = new Map<SaleId, OrderMessage[]>()
  for (const message of messages) {
    const own = sales.get(message.saleId)
    if (own) own.push(message)
    else sales.set(message.saleId, [message])
  }
  return [...sales].toSorted(([a], [b]) => compareIds(a, b))
}

// Decimal ids without leading zeros: the longer one is the greater.
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)

const PAY = `
  update sale_stock
  set available = available - ?1
  where sale_id = ?2
  and available >= ?1
  and ?3 >= sealed_epoch
`

const payForAll = (statements: Statements, saleId: SaleId, messages: OrderMessage[]): boolean => {
  const units = messages.reduce((sum, message) => sum + message.units, 0)
  const epoch = messages.reduce((lowest, message) => Math.min(lowest, message.epoch), Infinity)
  return statements.pay(units, saleId, epoch) === 1
}

const SEALED_EPOCH = `
  select sealed_epoch as sealedEpoch
  from sale_stock
  where sale_id = ?
`

const REJECT = `
  update stock_ledger
  set entry = 'rejected'
  where order_id = ? and step = 1
`

// Those refused. A rejection for lack of units in an epoch that is not sealed breaks a promise.
const payOneByOne = (statements: Statements, saleId: SaleId, messages: OrderMessage[]) => {
  const refused = new Map<OrderMessage, { brokenPromise: boolean }>()
  const { sealedEpoch } = statements.sealedEpoch.get(saleId)!
  for (const message of messages.toSorted((a, b) => compareIds(a.orderId, b.orderId))) {
    const { orderId, buyerId, units, epoch } = message
    if (statements.pay(units, saleId, epoch) === 1) continue
    statements.reject(orderId)
    statements.insertTask({ orderId, saleId, buyerId })
    refused.set(message, { brokenPromise: epoch >= sealedEpoch })
  }
  return refused
}

const FIND_DECISION = `
  select
    cast(buyer_id as text) as buyerId,
    cast(sale_id as text) as saleId,
    entry
  from stock_ledger
  where order_id = ? and step = 1
`

interface DecisionRow {
  buyerId: BuyerId
  saleId: SaleId
  entry: Decision
}

const decidedBefore = (statements: Statements, message: OrderMessage): Decided => {
  const { orderId, buyerId, saleId } = message
  const row = statements.findDecision.get(orderId)!
  if (row.buyerId !== buyerId || row.saleId !== saleId) throw twoOwners(orderId)
  return { message, decision: row.entry, isNew: false, brokenPromise: false }
}

const twoOwners = (orderId: OrderId) =>
  new EngineError('STORE_CONFLICT', {
    message: `order ${orderId} is in the ledger for another buyer: two processes have used one node id`,
  })

const statementsOf = (database: Database) => ({
  lastOrder: database.select<{ orderId: OrderId }>(LAST_ORDER),
  insertRecorded: rowInserter(database, INSERT_RECORDED),
  pay: database.change(PAY),
  sealedEpoch: database.select<{ sealedEpoch: number }>(SEALED_EPOCH),
  reject: database.change(REJECT),
  insertTask: taskWriter(database),
  findDecision: database.select<DecisionRow>(FIND_DECISION),
})
