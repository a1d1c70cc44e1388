// An operator has a delivery sent again.

import type { Replayed, WebhookDeliveries } from '../../../ports/webhooks.ts'
import { deliveryOf, type DeliveryRow } from '../../sql/webhook.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { DELIVERY } from './delivery-rows.ts'

const READ = `${DELIVERY}
  where delivery_id = ?
`

const IS_ENABLED = `
  select enabled
  from webhook_endpoints
  where endpoint_id = ?
`

// One that stands behind an older one keeps its place.
const REPLAY = `
  update webhook_deliveries
  set
    status = 'open',
    attempts = 0,
    next_attempt_at = ?,
    finished_at = null
  where delivery_id = ? and (status <> 'open' or next_attempt_at is not null)
`

type Replay = Parameters<WebhookDeliveries['replay']>[0]

export const replayingDeliveries = ({
  database,
  clock,
}: StoreDeps): Pick<WebhookDeliveries, 'replay'> => {
  const read = database.select<DeliveryRow>(READ)
  const isEnabled = database.select<{ enabled: number }>(IS_ENABLED)
  const replay = database.change(REPLAY)
  const log = auditLog({ database, clock })
  const replayOne = ({ deliveryId, nowMs, by, reason }: Replay): Replayed => {
    const before = read.get(deliveryId)
    if (before === undefined) return 'no-such-delivery'
    if (isEnabled.get(before.endpointId)!.enabled === 0) return 'endpoint-disabled'
    replay(nowMs, deliveryId)
    const { endpointId, eventId, status, attempts } = before
    const details = { endpointId, eventId, status, attempts }
    log({ by, change: 'replay-delivery', subject: `delivery ${deliveryId}`, reason, details })
    return deliveryOf(read.get(deliveryId)!)
  }
  return { replay: async (change) => database.write(() => replayOne(change)) }
}
