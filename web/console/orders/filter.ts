// Which orders are shown. The address says it, so that it stays when the page is loaded again, can be kept,
// and can be given to somebody else.

import { addressOf, type Asked } from '../asking/address.ts'

// As texts of the form and of the address; empty: whatever it is.
export interface OrderFilter {
  saleId: string
  buyerId: string
  status: string
  refundDue: string // `true`: only orders for which money is owed back
}

export const filterOf = (asked: Asked): OrderFilter => {
  const { saleId = '', buyerId = '', status = '', refundDue = '' } = asked
  return { saleId, buyerId, status, refundDue }
}

export const ordersAddress = (filter: Partial<OrderFilter>) => addressOf('#/orders', { ...filter })

export const ordersPath = (filter: OrderFilter, how: { limit?: string; format?: 'csv' }) =>
  addressOf('/api/admin/orders', { ...filter, ...how })
