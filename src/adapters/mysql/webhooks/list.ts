// Pages of deliveries, newest first, each read from an index in its order.

import {
  DELIVERY_STATUSES,
  type DeliveryPage,
  type WebhookDeliveries,
} from '../../../ports/webhooks.ts'
import { ID_MAX } from '../../sql/columns.ts'
import { deliveryOf, type DeliveryRow } from '../../sql/webhook.ts'
import type { StoreDeps } from '../mysql.ts'
import { DELIVERY } from './delivery-rows.ts'

const BY_ENDPOINT = `${DELIVERY}
  where endpoint_id = ? and status = ? and delivery_id < ?
  order by delivery_id desc
  limit ?
`

const BY_SUBJECT = `${DELIVERY}
  where subject = ? and delivery_id < ?
  order by delivery_id desc
  limit ?
`

const ALL = `${DELIVERY}
  where delivery_id < ?
  order by delivery_id desc
  limit ?
`

export const deliveryList = ({
  mysql: { home },
}: StoreDeps): Pick<WebhookDeliveries, 'listDeliveries'> => {
  const rowsOf = async ({ of, before = ID_MAX, limit }: DeliveryPage): Promise<DeliveryRow[]> => {
    switch (of.by) {
      case 'endpoint': {
        const statuses = of.status === undefined ? DELIVERY_STATUSES : [of.status]
        const readings = statuses.map((status) =>
          home.query<DeliveryRow>(BY_ENDPOINT, [of.endpointId, status, before, limit]),
        )
        const rows = (await Promise.all(readings)).flat()
        return rows.toSorted(newestFirst).slice(0, limit)
      }
      case 'subject':
        return home.query<DeliveryRow>(BY_SUBJECT, [of.subject, before, limit])
      case 'all':
        return home.query<DeliveryRow>(ALL, [before, limit])
    }
  }
  return { listDeliveries: async (page) => (await rowsOf(page)).map(deliveryOf) }
}

const newestFirst = (one: DeliveryRow, other: DeliveryRow): number =>
  BigInt(one.deliveryId) < BigInt(other.deliveryId) ? 1 : -1
