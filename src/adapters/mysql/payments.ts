// Payments, in the database of their order. Whoever changes one has the row of the order first.

import type { Payments } from '../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../sql/order.ts'
import type { StoreDeps } from './mysql.ts'
import { byDatabase } from './order-tables.ts'
import { READ_PAYMENTS_OF } from './payments/payment-rows.ts'
import { receivingPayments } from './payments/receive.ts'
import { refundingPayments } from './payments/refunds.ts'
import { startingPayments } from './payments/start.ts'

export const mysqlPayments = (deps: StoreDeps): Payments => ({
  ...startingPayments(deps),
  ...receivingPayments(deps),
  ...refundingPayments(deps),
  ...readings(deps),
})

const readings = ({ mysql }: StoreDeps): Pick<Payments, 'readOf'> => ({
  async readOf(orderIds) {
    const parts = byDatabase(mysql, orderIds, (orderId) => orderId)
    const reading = parts.map(([database, own]) =>
      database.query<PaymentRow>(READ_PAYMENTS_OF, [own]),
    )
    return (await Promise.all(reading)).flat().map(paymentOf)
  },
})
