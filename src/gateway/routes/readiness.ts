// Is this sale ready? A list of checks, for operators before the start.

import { isId } from '../../domain/ids.ts'
import { type ReadinessOptions, saleReadiness } from '../../flows/operators/sale-readiness.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { ReadinessView } from '../schemas/readiness.ts'
import { route } from '../schemas/route.ts'
import type { App } from '../server.ts'
import { noSuchSale, operatorsOnly } from './operators.ts'

export interface ReadinessDeps {
  ports: Ports
  find: FindOperator
  options: Omit<ReadinessOptions, 'saleId' | 'page'>
}

const PAGE = 1000

export const readinessRoutes =
  ({ ports, find, options }: ReadinessDeps) =>
  (app: App) => {
    operatorsOnly(app, find)
    app.get<{ Params: { saleId: string } }>(
      '/api/admin/sales/:saleId/readiness',
      { schema: READ },
      async ({ params: { saleId } }, reply) => {
        if (!isId(saleId)) return noSuchSale(reply)
        const found = await saleReadiness(ports, { ...options, saleId, page: PAGE })
        return found ? { saleId, ...found } : noSuchSale(reply)
      },
    )
  }

const READ = route({
  summary: 'Whether a sale is ready',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: ReadinessView },
  refusals: ['no-such-sale'],
})
