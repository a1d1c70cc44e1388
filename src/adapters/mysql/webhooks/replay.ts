// An operator has a delivery sent again.

import type { Replayed, WebhookDeliveries } from '../../../ports/webhooks.ts'
import { deliveryOf, type DeliveryRow } from '../../sql/webhook.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { DELIVERY } from './delivery-rows.ts'

type Replay = Parameters<WebhookDeliveries['replay']>[0]

export const replayingDeliveries = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<WebhookDeliveries, 'replay'> => {
  const log = auditLog({ database: home, clock })
  return {
    replay: (change) =>
      home.write(async (transaction) => {
        const { deliveryId, by, reason } = change
        const { replayed, details } = await replay(transaction, change)
        if (details) {
          const subject = `delivery ${deliveryId}`
          await log(transaction, { by, change: 'replay-delivery', subject, reason, details })
        }
        return replayed
      }),
  }
}

const READ = `${DELIVERY}
  where delivery_id = ?
`

const LOCK = `${READ}
  for update
`

const IS_ENABLED = `
  select endpoint_id
  from webhook_endpoints
  where endpoint_id = ? and enabled = 1
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

const replay = async (
  transaction: Statements,
  { deliveryId, nowMs }: Replay,
): Promise<{ replayed: Replayed; details?: object }> => {
  const [before] = await transaction.query<DeliveryRow>(LOCK, [deliveryId])
  if (before === undefined) return { replayed: 'no-such-delivery' }
  const { endpointId, eventId, status, attempts } = before
  const enabled = await transaction.query(IS_ENABLED, [endpointId])
  if (enabled.length === 0) return { replayed: 'endpoint-disabled' }
  await transaction.change(REPLAY, [nowMs, deliveryId])
  const [after] = await transaction.query<DeliveryRow>(READ, [deliveryId])
  const details = { endpointId, eventId, status, attempts }
  return { replayed: deliveryOf(after!), details }
}
