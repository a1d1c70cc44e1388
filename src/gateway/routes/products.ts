// Operators' products.

import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { ProductBody } from '../schemas.ts'
import { answer, type App } from '../server.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export const productRoutes =
  ({ ports, find }: { ports: Pick<Ports, 'catalog'>; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)

    app.get('/api/admin/products', async () => ({ products: await ports.catalog.listProducts() }))

    app.post<{ Body: ProductBody }>(
      '/api/admin/products',
      { schema: { body: ProductBody } },
      async (request, reply) => {
        const { picture, description, ...rest } = request.body
        if (!Intl.supportedValuesOf('currency').includes(rest.currency))
          return answer(reply, problem('malformed', { detail: 'currency: not in ISO 4217' }))
        const product = { ...rest, picture, description }
        const made = await ports.catalog.createProduct(product, operatorOf(request))
        return answer(reply, json(201, made))
      },
    )
  }
