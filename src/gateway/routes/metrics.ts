// /metrics, for whoever holds an admin key.

import { operatorsOnly } from './operators.ts'
import type { FindOperator } from '../admin-keys.ts'
import type { Metrics } from '../metrics.ts'
import type { App } from '../server.ts'

export const metricsRoutes =
  ({ metrics, find }: { metrics: Metrics; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)
    app.get('/metrics', async (_request, reply) => {
      reply.type(metrics.registry.contentType)
      return metrics.registry.metrics()
    })
  }
