// What happened to an order, oldest first: what it became, its payments, and what operators did to it.

import { instant, money } from '../pieces/format.ts'
import type { Entry, Payment, WholeOrder } from './shapes.ts'
import { orderWords } from './words.ts'

interface Happening {
  at: string
  what: string
  why?: string
}

export const History = ({ order, entries }: { order: WholeOrder; entries: Entry[] }) => {
  const said = orderWords()
  return (
    <section class="card">
      <h2>{said.history}</h2>
      <ol class="history">
        {happenings(order, entries).map(({ at, what, why }) => (
          <li key={`${at} ${what}`}>
            <span class="quiet small">{instant(at)}</span>
            <div>
              {what}
              {why === undefined ? null : <p class="quiet small">{why}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

const happenings = (order: WholeOrder, entries: Entry[]): Happening[] => {
  const said = orderWords()
  const all = [
    { at: order.createdAt, what: said.made },
    ...order.payments.flatMap(paymentHappenings),
    { at: order.changedAt, what: said.became(said.status[order.status]) },
    ...entries.map(({ at, by, change, reason }) => {
      return { at, what: said.change[change] ?? change, why: said.byWhom(by, reason) }
    }),
  ]
  return all.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

const paymentHappenings = ({ status, amount, currency, createdAt, changedAt }: Payment) => {
  const said = orderWords()
  const sum = money(amount, currency)
  const started = { at: createdAt, what: said.paymentStarted(sum) }
  if (status === 'started') return [started]
  return [started, { at: changedAt, what: said.paymentEnded(said.paymentStatus[status], sum) }]
}
