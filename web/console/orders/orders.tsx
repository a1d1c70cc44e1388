// Orders, newest first: all of them, or those that the address asks for.

import type { Asked } from '../asking/address.ts'
import { usePages } from '../asking/pages.ts'
import { buyingWords } from '../buying-words.ts'
import { Download } from '../pieces/download.tsx'
import { instant, money, whole } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { More } from '../pieces/more.tsx'
import type { Sale } from '../shapes.ts'
import { filterOf, ordersPath } from './filter.ts'
import { Search, useSales } from './search.tsx'
import type { Order } from './shapes.ts'
import { OrderBadges } from './order-badges.tsx'
import { orderWords } from './words.ts'

const PAGE = '50'

export const OrdersView = ({ asked }: { asked: Asked }) => {
  const said = orderWords()
  const filter = filterOf(asked)
  const sales = useSales()
  const pages = usePages<Order>(ordersPath(filter, { limit: PAGE }), 'orders')
  const { saleId } = filter
  const name = saleId === '' ? said.fileName : `${said.fileName}-${saleId}`
  return (
    <>
      <Heading title={buyingWords().orders} />
      <Search filter={filter} sales={sales} onAgain={pages.reload} />
      {pages.rows.length > 0 ? <OrdersTable orders={pages.rows} sales={sales} /> : null}
      <More pages={pages} none={said.noOrders} />
      <Download
        label={said.download}
        path={ordersPath(filter, { format: 'csv' })}
        name={`${name}.csv`}
      />
    </>
  )
}

const OrdersTable = ({ orders, sales }: { orders: Order[]; sales: Sale[] }) => {
  const said = orderWords()
  const titles = new Map(sales.map(({ saleId, title }) => [saleId, title]))
  return (
    <table class="sales labelled many">
      <thead>
        <tr>
          <th>{said.orderId}</th>
          <th>{said.state}</th>
          <th>{said.sale}</th>
          <th>{said.buyer}</th>
          <th>{said.amount}</th>
          <th>{said.created}</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <OrderRow key={order.orderId} order={order} title={titles.get(order.saleId)} />
        ))}
      </tbody>
    </table>
  )
}

const OrderRow = ({ order, title }: { order: Order; title: string | undefined }) => {
  const said = orderWords()
  const { orderId, saleId, buyerId, units, price, currency, createdAt } = order
  const sum = money(price * units, currency)
  return (
    <tr>
      <td class="whole">
        <a href={`#/orders/${orderId}`}>{orderId}</a>
      </td>
      <td>
        <OrderBadges order={order} />
      </td>
      <td data-label={said.sale}>
        <a href={`#/sales/${saleId}`}>{title ?? said.saleNumber(saleId)}</a>
      </td>
      <td class="whole" data-label={said.buyer}>
        <a href={`#/buyers/${buyerId}`}>{buyerId}</a>
      </td>
      <td class="whole" data-label={said.amount}>
        {units === 1 ? sum : said.amountOf(sum, whole(units), money(price, currency))}
      </td>
      <td class="quiet whole" data-label={said.created}>
        {instant(createdAt)}
      </td>
    </tr>
  )
}
