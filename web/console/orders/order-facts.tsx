// What an order is: of which sale and buyer, how much, and by when it is to be paid.

import type { ComponentChildren } from 'preact'
import { usePolled } from '../asking/polled.ts'
import { words } from '../language.ts'
import { instant, money, timeZone, whole } from '../pieces/format.ts'
import type { Sale } from '../shapes.ts'
import type { WholeOrder } from './shapes.ts'
import { orderWords } from './words.ts'

const SALE_EVERY_MS = 60_000

export const OrderFacts = ({ order }: { order: WholeOrder }) => {
  const said = orderWords()
  const { orderId, saleId, buyerId, units, price, currency, status } = order
  const sale = usePolled<Sale>(`/api/admin/sales/${saleId}`, SALE_EVERY_MS).body
  const sum = money(price * units, currency)
  const facts: [string, ComponentChildren][] = [
    [said.sale, <a href={`#/sales/${saleId}`}>{sale?.title ?? said.saleNumber(saleId)}</a>],
    [said.buyer, <a href={`#/buyers/${buyerId}`}>{buyerId}</a>],
    [said.amount, units === 1 ? sum : said.amountOf(sum, whole(units), money(price, currency))],
    [said.units, whole(units)],
    [said.created, instant(order.createdAt)],
    ...(status === 'pending' ? [[said.payBy, instant(order.payBy)] as [string, string]] : []),
    [said.changed, instant(order.changedAt)],
    [said.orderId, orderId],
    [said.ledger, order.ledger.map((entry) => <p key={entry}>{said.ledgerEntry[entry]}</p>)],
  ]
  return (
    <section class="card">
      <h2>{said.facts}</h2>
      <p class="quiet small">{words().inZone(timeZone())}</p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
