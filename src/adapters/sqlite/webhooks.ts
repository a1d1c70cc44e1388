// Endpoints and deliveries of webhooks.

import type { Webhooks } from '../../ports/webhooks.ts'
import type { StoreDeps } from './database.ts'
import { changingEndpoints } from './webhooks/change-endpoints.ts'
import { queueingDeliveries } from './webhooks/deliveries.ts'
import { endpointReadings } from './webhooks/endpoints.ts'
import { deliveryList } from './webhooks/list.ts'
import { replayingDeliveries } from './webhooks/replay.ts'

export const sqliteWebhooks = (deps: StoreDeps): Webhooks => ({
  ...endpointReadings(deps),
  ...changingEndpoints(deps),
  ...queueingDeliveries(deps),
  ...deliveryList(deps),
  ...replayingDeliveries(deps),
})
