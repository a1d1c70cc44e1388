// Operators' products, as they come in and as they are shown.

import { type Static, Type } from '@sinclair/typebox'
import { closed, currency, id, price, words } from './fields.ts'

export const ProductBody = Type.Object(
  {
    title: words(200),
    listPrice: price,
    currency,
    picture: Type.Optional(
      Type.String({
        format: 'uri',
        maxLength: 2000,
        pattern: '^https?://',
        description: 'an http or https address',
      }),
    ),
    description: Type.Optional(words(5000)),
  },
  closed,
)
export type ProductBody = Static<typeof ProductBody>

export const ProductView = Type.Object(
  {
    productId: id,
    title: Type.String(),
    listPrice: price,
    currency,
    picture: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
  },
  closed,
)

export const ProductsView = Type.Object({ products: Type.Array(ProductView) }, closed)
