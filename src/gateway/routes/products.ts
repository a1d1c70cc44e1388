// Operators' products.

import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { ProductBody, ProductsView, ProductView } from '../schemas/products.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export const productRoutes =
  ({ ports, find }: { ports: Pick<Ports, 'catalog'>; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)

    app.get('/api/admin/products', { schema: LIST }, async () => ({
      products: await ports.catalog.listProducts(),
    }))

    app.post<{ Body: ProductBody }>(
      '/api/admin/products',
      { schema: CREATE },
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

const LIST = route({
  summary: 'Products',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: ProductsView },
  refusals: [],
})

const CREATE = route({
  summary: 'Make a product',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ProductBody,
  answers: { 201: ProductView },
  refusals: ['forbidden'],
})
