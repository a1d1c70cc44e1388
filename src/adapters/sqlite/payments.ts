// Payments, beside their orders.

import type { Payments } from '../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../sql/order.ts'
import type { StoreDeps } from './database.ts'
import { READ_PAYMENTS_OF } from './payments/payment-rows.ts'
import { receivingPayments } from './payments/receive.ts'
import { refundingPayments } from './payments/refunds.ts'
import { startingPayments } from './payments/start.ts'

export const sqlitePayments = (deps: StoreDeps): Payments => ({
  ...startingPayments(deps),
  ...receivingPayments(deps),
  ...refundingPayments(deps),
  ...readings(deps),
})

const readings = ({ database }: StoreDeps): Pick<Payments, 'readOf'> => {
  const read = database.select<PaymentRow>(READ_PAYMENTS_OF)
  return {
    readOf: async (orderIds) =>
      database.read(() => orderIds.flatMap((orderId) => read.all(orderId)).map(paymentOf)),
  }
}
