// /metrics, for whoever holds an admin key; at the operations port for whoever can reach it.

import { operatorsOnly } from './operators.ts'
import type { FindOperator } from '../admin-keys.ts'
import type { Metrics } from '../metrics.ts'
import { route } from '../schemas/route.ts'
import type { App } from '../server.ts'

export const metricsRoutes =
  ({ metrics, find }: { metrics: Metrics; find: FindOperator | undefined }) =>
  (app: App) => {
    if (find) operatorsOnly(app, find)
    app.get('/metrics', { schema: METRICS }, async (_request, reply) => {
      reply.type(metrics.registry.contentType)
      return metrics.registry.metrics()
    })
  }

const METRICS = route({
  summary: 'Metrics for Prometheus',
  tag: 'running',
  credentials: ['admin-key'],
  answers: { 200: { contentType: 'text/plain', description: 'Prometheus text' } },
  refusals: [],
})
