// The payments of an order, and how far money that goes back has come.

import { instant, money } from '../pieces/format.ts'
import type { Entry, Payment, WholeOrder } from './shapes.ts'
import { orderWords } from './words.ts'

interface PaymentsProps {
  order: WholeOrder
  entries: Entry[]
}

export const Payments = ({ order, entries }: PaymentsProps) => {
  const said = orderWords()
  const state = moneyState(order, entries)
  const { payments } = order
  return (
    <section class="card">
      <h2>{said.payments}</h2>
      <p role="status" data-money={state}>
        {state && said.money[state]}
      </p>
      {payments.length === 0 ? <p class="quiet">{said.noPayments}</p> : null}
      {payments.length > 0 ? (
        <table class="sales labelled">
          <thead>
            <tr>
              <th>{said.payment}</th>
              <th>{said.state}</th>
              <th>{said.amount}</th>
              <th>{said.provider}</th>
              <th>{said.changed}</th>
            </tr>
          </thead>
          <tbody>
            {payments.map((payment) => (
              <PaymentRow key={payment.paymentId} payment={payment} />
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  )
}

const PaymentRow = ({ payment }: { payment: Payment }) => {
  const said = orderWords()
  const { paymentId, status, reason, amount, currency, received, provider, changedAt } = payment
  const isOther =
    received && (received.amount !== amount || received.currency !== currency)
      ? received
      : undefined
  return (
    <tr>
      <td class="whole">{paymentId}</td>
      <td data-label={said.state}>
        {said.paymentStatus[status]}
        {reason === undefined ? null : <p class="quiet small">{said.why[reason] ?? reason}</p>}
      </td>
      <td class="whole" data-label={said.amount}>
        {money(amount, currency)}
        {isOther && <p class="quiet small">{said.came(money(isOther.amount, isOther.currency))}</p>}
      </td>
      <td data-label={said.provider}>{provider}</td>
      <td data-label={said.changed} class="quiet whole">
        {instant(changedAt)}
      </td>
    </tr>
  )
}

// Undefined: none goes back. Money of an order that was refunded goes back by itself; other money when an
// operator has sent it.
const moneyState = ({ status, payments }: WholeOrder, entries: Entry[]) => {
  const due = payments.filter((payment) => payment.status === 'refund-due')
  if (due.length === 0)
    return payments.some((payment) => payment.status === 'refunded') ? 'given' : undefined
  const sentAtMs = entries
    .filter(({ change }) => change === 'refund-payments')
    .map(({ at }) => Date.parse(at))
  const isSent = ({ changedAt }: Payment) => sentAtMs.some((atMs) => atMs >= Date.parse(changedAt))
  return status === 'refunded' || due.every(isSent) ? 'on-its-way' : 'owed'
}
