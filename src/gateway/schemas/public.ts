// What anybody may read.

import { Type } from '@sinclair/typebox'
import { ADMISSIONS, REMAINING, SALE_STATUSES } from '../../domain/sale.ts'
import { closed, currency, id, instant, literals, price } from './fields.ts'
import { ProductView } from './products.ts'

export const TimeView = Type.Object({ now: instant, epochMs: Type.Integer() }, closed)

export const PublicSaleView = Type.Object(
  {
    saleId: id,
    title: Type.String(),
    product: Type.Optional(ProductView),
    price,
    currency,
    listPrice: Type.Optional(price),
    startsAt: instant,
    endsAt: instant,
    perBuyerLimit: Type.Integer(),
    admission: literals(ADMISSIONS),
    status: literals(SALE_STATUSES),
    remaining: literals(REMAINING),
  },
  closed,
)

export const PublicSalesView = Type.Object({ sales: Type.Array(PublicSaleView) }, closed)

export const HealthView = Type.Object(
  {
    status: literals(['ok']),
    version: Type.String(),
    build: Type.String({ description: 'the commit it was made of, or `unknown`' }),
  },
  closed,
)

export const ReadyView = Type.Object(
  { ready: Type.Boolean(), missing: Type.Array(Type.String()) },
  closed,
)
