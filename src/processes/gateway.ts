// The role that speaks HTTP.

import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type BlocklistCache, blocklistCache } from '../attempt/blocklist-cache.ts'
import { purchaseTokens } from '../attempt/purchase-token.ts'
import { saleCache, type SaleCache } from '../attempt/sale-cache.ts'
import { shedding } from '../attempt/shedding.ts'
import { technologySet } from '../config/technologies.ts'
import { orderIds } from '../domain/ids.ts'
import { clientAddresses } from '../gateway/client-address.ts'
import { timeInLine } from '../gateway/time-in-line.ts'
import { orderEvents, type OrderEvents } from '../gateway/order-events.ts'
import { type Overview, overview } from '../gateway/overview.ts'
import { origins } from '../gateway/origins.ts'
import { gatewayServer } from '../gateway/server.ts'
import { keepNodeLease } from '../workers/node-lease.ts'
import { startLoop } from '../workers/loop.ts'
import { type Abuse, abuse } from './abuse.ts'
import { attempts } from './attempts.ts'
import { challenges } from './challenges.ts'
import { trustsNoProxy } from './credentials.ts'
import { failing, type FrontOptions, logFailures, type Role } from './role.ts'
import { routesOf } from './routes.ts'
import { tracedRebuilds } from './traced-rebuilds.ts'
import { tracedAnswers, tracedGateway } from './traced.ts'
import { watchedAttempts } from './watched-attempts.ts'

export const startGateway = async (given: FrontOptions): Promise<Role> => {
  const options = traced(given)
  const { config, door, log, ports } = options
  if (trustsNoProxy(config)) log.warn(NO_PROXY)
  const sales = saleCache(ports)
  const blocklist = blocklistCache(ports)
  await sales.follow()
  await blocklist.follow()
  const clientAddress = clientAddresses(config.SECKILL_TRUSTED_PROXIES)
  const tokens = purchaseTokens(options.credentials.signingKeys, {
    cacheMax: config.SECKILL_TOKENS_CACHED,
  })
  const events = watchedOrders(options)
  const seen = overview({ ports, own: options.figures })
  const abused = abuse(options, { blocklist, clientAddress })
  const followed = { sales, blocklist, events, overview: seen, abuse: abused }
  await using begun = new AsyncDisposableStack() // what fails to start leaves none of it behind
  const { lease, loops } = await startLoops(options, followed)
  begun.defer(async () => void (await Promise.all(loops.map((loop) => loop.stop()))))
  const inLine = begun.use(timeInLine(() => performance.now()))
  const { shed } = options.metrics
  const sheds = shedding(inLine.ms, { allAtMs: config.SECKILL_SHED_DELAY_MS, shed })
  const { suspects, watch } = abused
  const asked = challenges(options, suspects)
  const parts = { sales, blocklist, clientAddress, tokens, ids: orderIds(lease.node) }
  const { gateways } = lease
  const app = await gatewayServer({
    attempts: seenAttempts(options, { ...parts, gateways, sheds, challenge: asked.check, watch }),
    log: options.log,
    origins: origins(config.SECKILL_ORIGINS),
    server: door.server,
    routes: routesOf(options, {
      ...parts,
      events,
      overview: seen,
      challenges: asked,
      forged: watch.forged,
    }),
  })
  options.metrics.watchConnections(door.server)
  const whole = begun.move()
  return {
    unready: () => (lease.holds() ? failing(loops) : [...failing(loops), lease.name]),
    async stop() {
      await Promise.all([door.close(), app.close()])
      await whole.disposeAsync()
    },
  }
}

const traced = (options: FrontOptions): FrontOptions => {
  const { ports, traces } = options
  if (traces === undefined) return options
  return { ...options, ports: tracedRebuilds(tracedGateway(ports, traces), traces) }
}

// Attempts, and what is seen of them from outside.
const seenAttempts = (options: FrontOptions, of: Parameters<typeof attempts>[1]) => {
  const { metrics, traces } = options
  const { answered, attempt, ...rest } = attempts(options, of)
  return {
    ...rest,
    attempt: watchedAttempts(attempt, metrics),
    answered: traces ? tracedAnswers(answered, traces) : answered,
  }
}

const NO_PROXY =
  'SECKILL_TRUSTED_PROXIES is empty: where a proxy stands in front, everybody has its address, and what ' +
  'is counted or blocked per address concerns all'

// Watched orders in one reading: one statement per database costs the less the more it is asked for, but
// nobody else has his turn while this process reads a database of its own.
const READ_ELSEWHERE = 1000
const READ_HERE = 100

const watchedOrders = ({ config, ports }: FrontOptions): OrderEvents =>
  orderEvents(ports, {
    streamsMax: config.SECKILL_ORDER_STREAMS_MAX,
    readAtOnce: technologySet(config) === 'cluster' ? READ_ELSEWHERE : READ_HERE,
  })

// The node id first: without one the gateway does not start, and nothing is left running.
const startLoops = async (
  options: FrontOptions,
  of: {
    sales: SaleCache
    blocklist: BlocklistCache
    events: OrderEvents
    overview: Overview
    abuse: Abuse
  },
) => {
  const { config, holder, ports } = options
  const lease = await keepNodeLease({
    ports,
    holder: `${holder} ${randomUUID()}`,
    ttlMs: config.SECKILL_LEASE_MS,
    failed: logFailures(options, 'node-lease'),
  })
  const again = (name: string, idleMs: number, step: () => Promise<void>) =>
    startLoop({
      name,
      idleMs,
      clock: ports.clock,
      failed: logFailures(options, name),
      async step() {
        await step()
        return false
      },
    })
  const everyMs = config.SECKILL_CHANGES_EVERY_MS
  const places = ports.orders.places?.names
  const watching = places
    ? places.map((place) => again(`${WATCHED} ${place}`, everyMs, () => of.events.look(place)))
    : [again(WATCHED, everyMs, of.events.look)]
  const loops = [
    again('changes', everyMs, of.sales.follow),
    again('blocklist', everyMs, of.blocklist.follow),
    again('abuse', everyMs, of.abuse.block),
    ...watching,
    again('overview', OVERVIEW_EVERY_MS, of.overview.look),
    lease,
  ]
  return { lease, loops }
}

const WATCHED = 'order-events'
const OVERVIEW_EVERY_MS = 1000
