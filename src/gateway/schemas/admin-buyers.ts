// What is kept about a buyer, as operators see it, hand it out and have it erased.

import { type Static, type TProperties, Type } from '@sinclair/typebox'
import { ORDER_STATUSES } from '../../domain/order.ts'
import { PHASES } from '../../domain/entry.ts'
import { PAYMENT_STATUSES } from '../../domain/payment.ts'
import { closed, currency, id, instant, literals, optional, price, reason } from './fields.ts'

const count = Type.Integer({ minimum: 0 })
const text = Type.String()

const account = Type.Object(
  {
    name: optional(text),
    subject: optional(text),
    createdAt: instant,
    erasedAt: optional(instant),
  },
  closed,
)

export const AdminBuyerView = Type.Object(
  {
    buyerId: id,
    account: optional(account),
    counts: Type.Object(
      {
        sessions: count,
        entries: count,
        inTransit: count,
        orders: count,
        payments: count,
        blocks: count,
      },
      closed,
    ),
  },
  closed,
)

const rows = <Fields extends TProperties>(fields: Fields) => Type.Array(Type.Object(fields, closed))

const bought = { orderId: id, saleId: id, units: Type.Integer(), price, currency }

export const BuyerExportView = Type.Object(
  {
    buyerId: id,
    exportedAt: instant,
    account: optional(account),
    sessions: rows({ createdAt: instant, expiresAt: instant }),
    entries: rows({ entryId: id, saleId: id, phase: literals(PHASES), createdAt: instant }),
    inTransit: rows({ ...bought, reservedAt: instant }),
    orders: rows({
      ...bought,
      status: literals(ORDER_STATUSES),
      createdAt: instant,
      payBy: instant,
      changedAt: instant,
    }),
    payments: rows({
      paymentId: id,
      orderId: id,
      provider: text,
      amount: Type.Integer(),
      currency,
      status: literals(PAYMENT_STATUSES),
      reason: optional(text),
      receivedAmount: optional(Type.Integer()),
      receivedCurrency: optional(text),
      createdAt: instant,
      changedAt: instant,
    }),
    ledger: rows({
      orderId: id,
      saleId: id,
      units: Type.Integer(),
      entry: literals(['recorded', 'rejected', 'released']),
      reason: optional(text),
      at: instant,
    }),
    blocks: rows({
      blockId: id,
      reason: text,
      by: text,
      until: optional(instant),
      createdAt: instant,
      liftedAt: optional(instant),
    }),
    deadLetters: rows({
      deadLetterId: id,
      orderId: optional(id),
      reason: text,
      at: instant,
      message: text,
    }),
    auditLog: rows({
      auditId: id,
      at: instant,
      by: text,
      change: text,
      subject: text,
      reason: text,
      details: text,
    }),
  },
  closed,
)

export const EraseBody = Type.Object({ reason }, closed)
export type EraseBody = Static<typeof EraseBody>

export const ErasedView = Type.Object(
  {
    buyerId: id,
    erased: Type.Object({ sessions: count, entries: count }, closed),
    kept: rows({ what: text, count, why: text }),
  },
  closed,
)
