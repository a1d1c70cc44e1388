// Which routes a gateway has, and what each of them is made of.

import type { PurchaseTokens } from '../attempt/purchase-token.ts'
import type { SaleCache } from '../attempt/sale-cache.ts'
import { adminKeys } from '../gateway/admin-keys.ts'
import { metricsRoutes } from '../gateway/routes/metrics.ts'
import { orderRoutes } from '../gateway/routes/orders.ts'
import { productRoutes } from '../gateway/routes/products.ts'
import { publicRoutes } from '../gateway/routes/public.ts'
import { saleRoutes } from '../gateway/routes/sales.ts'
import { saleStates } from '../gateway/sale-states.ts'
import type { GatewayRoleOptions } from './gateway.ts'
import { OPENS_WITHIN_MS, REBUILD } from './keeper.ts'

export const routesOf = (
  options: GatewayRoleOptions,
  { sales, tokens }: { sales: SaleCache; tokens: PurchaseTokens },
) => {
  const { config, credentials, holder, metrics, ports, unready, version } = options
  const find = adminKeys(credentials.adminKeys)
  const rebuild = () => ({
    ...REBUILD,
    holder: `${holder} gateway`,
    leaseMs: config.SECKILL_LEASE_MS,
    signal: AbortSignal.timeout(OPENS_WITHIN_MS),
  })
  const states = saleStates(ports)
  const reconcilePauseMs = config.SECKILL_RECONCILE_PAUSE_MS
  return [
    publicRoutes({ ports, sales, states, unready, version }),
    orderRoutes({ ports, sales, tokens }),
    productRoutes({ ports, find }),
    saleRoutes({ ports, find, sales, states, tokens, rebuild, reconcilePauseMs }),
    metricsRoutes({ metrics, find }),
  ]
}
