// Pages of deliveries, newest first, each read from an index in its order.

import {
  DELIVERY_STATUSES,
  type DeliveryPage,
  type WebhookDeliveries,
} from '../../../ports/webhooks.ts'
import { ID_MAX } from '../../sql/columns.ts'
import { deliveryOf, type DeliveryRow } from '../../sql/webhook.ts'
import type { StoreDeps } from '../database.ts'
import { DELIVERY } from './delivery-rows.ts'

const BY_ENDPOINT = `${DELIVERY}
  where endpoint_id = ? and status = ? and delivery_id < ?
  order by webhook_deliveries.delivery_id desc
  limit ?
`

const BY_SUBJECT = `${DELIVERY}
  where subject = ? and delivery_id < ?
  order by webhook_deliveries.delivery_id desc
  limit ?
`

const ALL = `${DELIVERY}
  where delivery_id < ?
  order by webhook_deliveries.delivery_id desc
  limit ?
`

export const deliveryList = ({
  database,
}: StoreDeps): Pick<WebhookDeliveries, 'listDeliveries'> => {
  const byEndpoint = database.select<DeliveryRow>(BY_ENDPOINT)
  const bySubject = database.select<DeliveryRow>(BY_SUBJECT)
  const all = database.select<DeliveryRow>(ALL)
  const rowsOf = ({ of, before = ID_MAX, limit }: DeliveryPage): DeliveryRow[] => {
    switch (of.by) {
      case 'endpoint': {
        const statuses = of.status === undefined ? DELIVERY_STATUSES : [of.status]
        const rows = statuses.flatMap((one) => byEndpoint.all(of.endpointId, one, before, limit))
        return rows.toSorted(newestFirst).slice(0, limit)
      }
      case 'subject':
        return bySubject.all(of.subject, before, limit)
      case 'all':
        return all.all(before, limit)
    }
  }
  return { listDeliveries: async (page) => database.read(() => rowsOf(page).map(deliveryOf)) }
}

const newestFirst = (one: DeliveryRow, other: DeliveryRow): number =>
  BigInt(one.deliveryId) < BigInt(other.deliveryId) ? 1 : -1
