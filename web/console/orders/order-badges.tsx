// What an order is now, and whether money is owed back for it.

import type { Order } from './shapes.ts'
import { orderWords } from './words.ts'

export const OrderBadges = ({ order }: { order: Order }) => {
  const said = orderWords()
  return (
    <>
      <span class={`badge is-${order.status}`}>{said.status[order.status]}</span>
      {order.refundDue ? <span class="badge is-owed">{said.owed}</span> : null}
    </>
  )
}
