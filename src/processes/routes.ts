// Which routes a gateway has, and what each of them is made of.

import type { BlocklistCache } from '../attempt/blocklist-cache.ts'
import type { PurchaseTokens } from '../attempt/purchase-token.ts'
import type { SaleCache } from '../attempt/sale-cache.ts'
import { shownSettings } from '../config.ts'
import type { OrderIds } from '../domain/ids.ts'
import type { ReceivedPayment } from '../flows/orders/receive-payment.ts'
import { adminKeys, type FindOperator } from '../gateway/admin-keys.ts'
import { isBlocked } from '../gateway/blocked.ts'
import { buyerCredentials, type FindBuyer } from '../gateway/buyer-credentials.ts'
import type { OrderEvents } from '../gateway/order-events.ts'
import { withIdempotencyKeys } from '../gateway/idempotency-keys.ts'
import type { Overview } from '../gateway/overview.ts'
import { readSite } from '../gateway/page.ts'
import type { ClientAddress } from '../gateway/client-address.ts'
import { adminBuyerRoutes } from '../gateway/routes/admin-buyers.ts'
import { adminOrderRoutes } from '../gateway/routes/admin-orders.ts'
import { auditLogRoutes } from '../gateway/routes/audit-log.ts'
import { blocklistRoutes } from '../gateway/routes/blocklist.ts'
import { buyerRoutes } from '../gateway/routes/buyers.ts'
import { deadLetterRoutes } from '../gateway/routes/dead-letters.ts'
import { deliveryRoutes } from '../gateway/routes/deliveries.ts'
import { entryRoutes } from '../gateway/routes/entries.ts'
import { meRoutes } from '../gateway/routes/me.ts'
import { metricsRoutes } from '../gateway/routes/metrics.ts'
import { orderEventRoutes } from '../gateway/routes/order-events.ts'
import { orderRoutes } from '../gateway/routes/orders.ts'
import { openapiRoutes } from '../gateway/routes/openapi.ts'
import { overviewRoutes } from '../gateway/routes/overview.ts'
import { pageRoutes } from '../gateway/routes/page.ts'
import { paymentWebhookRoutes } from '../gateway/routes/payment-webhook.ts'
import { paymentRoutes } from '../gateway/routes/payments.ts'
import { productRoutes } from '../gateway/routes/products.ts'
import { publicRoutes } from '../gateway/routes/public.ts'
import { readinessRoutes } from '../gateway/routes/readiness.ts'
import { saleChangeRoutes } from '../gateway/routes/sale-changes.ts'
import { saleMakingRoutes } from '../gateway/routes/sale-making.ts'
import { type SalePageDeps, salePageRoutes } from '../gateway/routes/sale-page.ts'
import { saleRoutes } from '../gateway/routes/sales.ts'
import { statusRoutes } from '../gateway/routes/status.ts'
import { sessionRoutes } from '../gateway/routes/sessions.ts'
import { settingsRoutes } from '../gateway/routes/settings.ts'
import { webhookEndpointRoutes } from '../gateway/routes/webhook-endpoints.ts'
import { saleStates } from '../gateway/sale-states.ts'
import { tries } from '../gateway/tries.ts'
import type { WatchAttempts } from '../gateway/watch-attempts.ts'
import type { Identity } from '../ports/identity.ts'
import type { Challenges } from './challenges.ts'
import { hasSandboxPayments } from './credentials.ts'
import { OPENS_WITHIN_MS, REBUILD } from './keeper.ts'
import type { FrontOptions } from './role.ts'
import { identityOf } from './wire.ts'

interface RouteParts {
  sales: SaleCache
  blocklist: BlocklistCache
  clientAddress: ClientAddress
  tokens: PurchaseTokens
  events: OrderEvents
  ids: OrderIds
  overview: Overview
  challenges: Challenges
  forged: WatchAttempts['forged']
}

export const routesOf = (options: FrontOptions, of: RouteParts) => {
  const { sales, tokens } = of
  const { config, credentials, holder, metrics, ports, unready, version } = options
  const find = adminKeys(credentials.adminKeys)
  const identity = identityOf(config, credentials.signingKeys)
  const findBuyer = buyerCredentials({ ports, identity, sales, tokens, forged: of.forged })
  const rebuild = () => ({
    ...REBUILD,
    holder: `${holder} gateway`,
    leaseMs: config.SECKILL_LEASE_MS,
    signal: AbortSignal.timeout(OPENS_WITHIN_MS),
  })
  const states = saleStates(ports)
  const reconcilePauseMs = config.SECKILL_RECONCILE_PAUSE_MS
  return [
    publicRoutes({ ports, sales, states }),
    statusRoutes({ unready, version }),
    ...buyersRoutes(options, { ...of, identity, findBuyer }),
    ...ordersRoutes(options, { ...of, find, findBuyer }),
    productRoutes({ ports, find }),
    saleRoutes({ ports, find, sales, states, tokens, rebuild, reconcilePauseMs }),
    saleMakingRoutes({ ports, find, sales, states, rebuild }),
    saleChangeRoutes({ ports, find, sales, states }),
    blocklistRoutes({ ports, find }),
    deadLetterRoutes({ ports, find }),
    webhookEndpointRoutes({ ports, find }),
    deliveryRoutes({ ports, find }),
    auditLogRoutes({ ports, find }),
    overviewRoutes({ ...of, find }),
    adminBuyerRoutes({ ports, find }),
    readinessRoutes({ ports, find, options: readinessOptions(options) }),
    meRoutes({ find }),
    settingsRoutes({ settings: shownSettings(config), find }),
    openapiRoutes({ version }),
    metricsRoutes({ metrics, find }),
    ...pagesOf({ config, ports, sales }),
  ].map((routes) => withIdempotencyKeys(routes, ports))
}

const pagesOf = ({ config, ...of }: Omit<SalePageDeps, 'site'> & Pick<FrontOptions, 'config'>) => {
  const site = readSite({ signInPath: config.SECKILL_SIGN_IN_PATH })
  return [pageRoutes(site), salePageRoutes({ ...of, site })]
}

const ordersRoutes = (
  { config, log, ports }: FrontOptions,
  of: RouteParts & { find: FindOperator; findBuyer: FindBuyer },
) => {
  const context = { nowMs: ports.clock.nowMs, chance: Math.random }
  const isOn = hasSandboxPayments(config)
  const received = (answer: ReceivedPayment) => {
    if (answer.result === 'changed' && answer.payment.status === 'refund-due')
      log.warn({ payment: answer.payment }, 'money is owed back')
  }
  return [
    orderRoutes({ ...of, ports }),
    orderEventRoutes({ ...of, ports, context }),
    paymentRoutes({ ...of, ports, context, isOn, paymentIds: of.ids, received }),
    paymentWebhookRoutes({ ports, received }),
    adminOrderRoutes({ ...of, ports }),
  ]
}

const buyersRoutes = (
  { config, ports }: FrontOptions,
  of: RouteParts & { identity: Identity; findBuyer: FindBuyer },
) => {
  const { clock } = ports
  const context = { nowMs: clock.nowMs, chance: Math.random }
  const account = {
    ...of,
    ports,
    context,
    tries: tries({
      clock,
      perName: config.SECKILL_TRIES_PER_NAME,
      perAddress: config.SECKILL_TRIES_PER_ADDRESS,
    }),
  }
  const blocked = isBlocked({ ...of, clock })
  const challenge = of.challenges.check
  return [
    buyerRoutes(account),
    sessionRoutes({ ...account, sessionMs: config.SECKILL_SESSION_MS }),
    entryRoutes({ ...of, ports, context, isBlocked: blocked, challenge }),
    of.challenges.routes({ ...of, isBlocked: blocked }),
  ]
}

const readinessOptions = ({ config, holder, unready }: FrontOptions) => ({
  holder,
  roundPauseMs: config.SECKILL_RECONCILE_PAUSE_MS,
  rates: {
    salePerSecond: config.SECKILL_SALE_PER_SECOND,
    buyerPerSecond: config.SECKILL_BUYER_PER_SECOND,
  },
  unready,
})
