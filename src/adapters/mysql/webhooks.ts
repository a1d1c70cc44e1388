// Endpoints and deliveries of webhooks, in the home database.

import type { Webhooks } from '../../ports/webhooks.ts'
import type { StoreDeps } from './mysql.ts'
import { changingEndpoints } from './webhooks/change-endpoints.ts'
import { deliveringWebhooks } from './webhooks/deliver.ts'
import { endpointReadings } from './webhooks/endpoints.ts'
import { enqueueingDeliveries } from './webhooks/enqueue.ts'
import { deliveryList } from './webhooks/list.ts'
import { replayingDeliveries } from './webhooks/replay.ts'

export const mysqlWebhooks = (deps: StoreDeps): Webhooks => ({
  ...endpointReadings(deps),
  ...changingEndpoints(deps),
  ...enqueueingDeliveries(deps),
  ...deliveringWebhooks(deps),
  ...deliveryList(deps),
  ...replayingDeliveries(deps),
})
