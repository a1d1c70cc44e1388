// Deliveries as a table: of what, how far it has come, what the last try met, and what is sent.

import { session } from '../asking/session.ts'
import { instant } from '../pieces/format.ts'
import { JsonText } from '../pieces/json-text.tsx'
import type { Delivery } from './shapes.ts'
import { webhookWords } from './words.ts'

interface TableProps {
  deliveries: Delivery[]
  isOfEndpoint: boolean // all of one: which one need not be said
  onReplay: (deliveryId: string) => void
}

export const DeliveriesTable = ({ deliveries, isOfEndpoint, onReplay }: TableProps) => {
  const { deliveryColumn: column, payload, replay } = webhookWords()
  const mayWrite = session()?.role === 'operator'
  return (
    <table class="sales labelled">
      <thead>
        <tr>
          <th>{column.event}</th>
          <th>{column.status}</th>
          <th>{column.last}</th>
          <th>{column.payload}</th>
          {mayWrite ? <th>{column.action}</th> : null}
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.deliveryId}>
            <td>
              <Event delivery={delivery} isOfEndpoint={isOfEndpoint} />
            </td>
            <td class="snug">
              <State delivery={delivery} />
            </td>
            <td data-label={column.last} class="snug">
              <LastAttempt delivery={delivery} />
            </td>
            <td class="message">
              <JsonText label={payload} text={delivery.payload} />
            </td>
            {mayWrite ? (
              <td>
                <button type="button" onClick={() => onReplay(delivery.deliveryId)}>
                  {replay}
                </button>
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Event = ({ delivery, isOfEndpoint }: { delivery: Delivery; isOfEndpoint: boolean }) => {
  const said = webhookWords()
  const { type, orderId, saleId, endpointId, createdAt } = delivery
  return (
    <>
      <code>{type}</code>
      <p class="small">
        {orderId === undefined ? null : <a href={`#/orders/${orderId}`}>{said.order(orderId)}</a>}
        {saleId === undefined ? null : <a href={`#/sales/${saleId}`}>{said.sale(saleId)}</a>}
      </p>
      {isOfEndpoint ? null : (
        <p class="small">
          <a href={`#/webhooks/${endpointId}`}>
            {said.endpoint} {endpointId}
          </a>
        </p>
      )}
      <p class="quiet small">{instant(createdAt)}</p>
    </>
  )
}

const State = ({ delivery }: { delivery: Delivery }) => {
  const said = webhookWords()
  const { status, attempts, nextAttemptAt } = delivery
  const next = nextAttemptAt === undefined ? said.waits : said.nextAt(instant(nextAttemptAt))
  return (
    <>
      <span class={`badge ${LOOKS[status]}`}>{said.status[status] ?? status}</span>
      {attempts > 0 ? <p class="quiet small">{said.tries(attempts)}</p> : null}
      {status === 'open' ? <p class="quiet small">{next}</p> : null}
    </>
  )
}

const LOOKS: Record<Delivery['status'], string> = {
  open: '',
  delivered: 'open',
  'given-up': 'paused',
}

const LastAttempt = ({ delivery: { lastAttempt } }: { delivery: Delivery }) => {
  const said = webhookWords()
  if (lastAttempt === undefined) return <>{said.notYet}</>
  const { at, httpStatus, failure } = lastAttempt
  return (
    <>
      {httpStatus === undefined ? <span lang="en">{failure}</span> : said.answered(httpStatus)}
      <p class="quiet small">{instant(at)}</p>
    </>
  )
}
