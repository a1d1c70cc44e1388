// Everything that exists once in a simulated run: the engine's nodes, the queue, the databases, and
// what buyers have been told. A process sees it only through its ports.

import assert from 'node:assert/strict'
import { EngineError } from '../../src/domain/errors.ts'
import * as books from '../../src/domain/home.ts'
import { type BuyerId, ID_EPOCH_MS, type OrderId } from '../../src/domain/ids.ts'
import { type Sale, SALE_DEFAULTS, type Strategy } from '../../src/domain/sale.ts'
import * as segments from '../../src/domain/stock.ts'
import type { SoldOutMemory } from '../../src/attempt/sold-out-memory.ts'
import type { Changes } from '../../src/ports/changes.ts'
import type { Ports, SalePorts } from '../../src/ports/ports.ts'
import type { Process } from './agenda.ts'
import { type Chance, chance as newChance } from './chance.ts'
import { type Model, type Remote, remote } from './remote.ts'
import { newScheduler, type Scheduler } from './scheduler.ts'
import { type Home, type HomeRules, simulatedCatalog, simulatedLedger } from './simulated-home.ts'
import { type Engine, simulatedEngine } from './simulated-engine.ts'
import { newShortage, type Shortage } from './shortage.ts'
import { simulatedLeases } from './simulated-leases.ts'
import { emptyShard, type Shard, simulatedOrders } from './simulated-orders.ts'
import { simulatedPayments } from './simulated-payments.ts'
import { PARTITIONS, queueLog, type QueueLog, simulatedQueue } from './simulated-queue.ts'
import type { Scripts } from './simulated-redis.ts'
import type { SegmentRules } from './slot.ts'

export const SALE_ID = '1'
export const START_MS = ID_EPOCH_MS + 1_000_000_000
const FOREVER_MS = 1_000_000_000

// What a test takes out or gets wrong, to see that it is found.
export interface Sabotage {
  strategies?: Strategy[] // any, unless it shows only with these
  segmentRules?: Partial<SegmentRules>
  scripts?: (scripts: Scripts) => Partial<Scripts>
  homeRules?: Partial<HomeRules>
  ports?: (ports: FleetPorts, role: string) => FleetPorts
  memory?: (memory: SoldOutMemory) => SoldOutMemory // of a gateway
  start?: (world: World) => void
}

// What the processes of this fleet have: what sales are sold with, and payments.
export type FleetPorts = SalePorts & Pick<Ports, 'payments'>

export interface World {
  chance: Chance
  scheduler: Scheduler
  engine: Engine
  queue: QueueLog
  shortage: Shortage
  home: Home
  shard: Shard
  words: Map<OrderId, BuyerId> // orders their buyers were promised
  isHealed: boolean
  violations: string[]
  sabotage: Sabotage
  portsOf(process: Process, index: number): FleetPorts
  newProcess(role: string): Process
  violated(what: string): void
  // A call, a loop or a flow has failed: of all errors only a failure of the world is none of ours.
  failed(error: unknown): void
}

export interface WorldOptions {
  seed: number
  sabotage: Sabotage
  observe: (world: World, call: string) => void // after every effect
  trace: ((line: string) => void) | undefined
}

export const newWorld = ({ seed, sabotage, observe, trace }: WorldOptions): World => {
  const chance = newChance(seed)
  const violations: string[] = []
  const violated = (what: string) => {
    if (!violations.includes(what)) violations.push(what)
  }
  const failed = (error: unknown) => {
    if (!(error instanceof EngineError)) violated(String(error))
  }
  const scheduler = newScheduler({
    chance,
    startMs: START_MS,
    observe: (call) => observe(world, call),
    onBug: failed,
    trace,
  })
  const { nowMs } = scheduler
  const { strategy, segments: parts } = chance.pick(layoutsOf(sabotage))
  const stock = chance.pick([1, 1, 2, 3, 4]) + (parts > 1 ? chance.below(3) : 0)
  const payWithinMs = chance.happens(0.3) ? 100 + chance.below(600) : FOREVER_MS
  const sale = { ...SALE, strategy, segments: parts, payWithinMs }
  const home: Home = { book: books.homeBook(stock), sale }
  const rules = { ...segments, ...sabotage.segmentRules }
  const change = sabotage.scripts ?? (() => ({}))
  const engine = simulatedEngine({ chance, nowMs, rules, change, sale })
  let processes = 0
  const world: World = {
    chance,
    scheduler,
    engine,
    queue: queueLog(),
    shortage: shortageOf(engine, nowMs),
    home,
    shard: emptyShard(),
    words: new Map(),
    isHealed: false,
    violations,
    sabotage,
    portsOf: () => assert.fail('the ports are made below'),
    newProcess: (role) => {
      const id = ++processes
      return { id, role, name: `${role}#${id}`, alive: true, pausedUntilMs: 0, onCrash: [] }
    },
    violated,
    failed,
  }
  world.portsOf = portsOf(world)
  return world
}

const shortageOf = ({ redis, segments: parts }: Engine, nowMs: () => number) =>
  newShortage({ nowMs, segments: parts, isCertain: () => redis.zombieUntilMs() <= nowMs() })

export const healSale = ({ home }: World) => {
  home.sale = { ...home.sale, payWithinMs: FOREVER_MS }
}

const LAYOUTS = [
  { strategy: 'counter', segments: 1 },
  { strategy: 'counter', segments: 1 },
  { strategy: 'tokens', segments: 1 },
  { strategy: 'segmented', segments: 2 },
  { strategy: 'segmented', segments: 3 },
] as const

const layoutsOf = ({ strategies }: Sabotage) =>
  strategies ? LAYOUTS.filter(({ strategy }) => strategies.includes(strategy)) : LAYOUTS

const SALE: Sale = {
  ...SALE_DEFAULTS,
  saleId: SALE_ID,
  productId: '1',
  title: 'a phone',
  price: 199_900,
  currency: 'CNY',
  startsAtMs: START_MS - 1000,
  endsAtMs: START_MS + FOREVER_MS,
  perBuyerLimit: 2,
  limits: {},
  rehearsal: false,
  paused: false,
  closedAtMs: undefined,
  createdAtMs: START_MS - 2000,
  leftEngineAtMs: undefined,
  version: 1,
}

// The models are shared, the calls are a process's own.
const portsOf = (world: World): World['portsOf'] => {
  const { chance, engine, home, queue: log, sabotage, scheduler, shard } = world
  const worthless = chance.happens(0.5)
  const areWorthless = () => worthless && !world.isHealed
  const models = {
    catalog: simulatedCatalog(home),
    changes: NO_NEWS,
    leases: simulatedLeases({ nowMs: scheduler.nowMs, areWorthless }),
    ledger: simulatedLedger(home, { ...books, ...sabotage.homeRules }),
    orders: simulatedOrders(shard),
    payments: simulatedPayments(shard),
  }
  const failure = 'STORE_UNREACHABLE'
  return (process, index) => {
    const at = { scheduler, process }
    const store = <Port extends object>(name: string, of: Pick<Remote<Port>, 'model' | 'twice'>) =>
      remote<Port>(at, { name, failure, ...of })
    const ports: FleetPorts = {
      catalog: store('catalog', { model: models.catalog }),
      changes: store('changes', { model: models.changes }),
      clock: { nowMs: scheduler.nowMs, pause: (ms) => scheduler.pause(process, ms) },
      leases: store('leases', { model: models.leases }),
      ledger: store('ledger', { model: models.ledger }),
      orders: store('orders', { model: models.orders }),
      payments: store('payments', { model: models.payments, twice: true }),
      queue: simulatedQueue({ ...at, chance, log, partition: index % PARTITIONS }),
      stock: engine.newClient(at),
    }
    return sabotage.ports ? sabotage.ports(ports, process.role) : ports
  }
}

// Gateways read the sale itself here, so nobody follows the news.
const NO_NEWS: Model<Changes> = {
  append: () => undefined,
  end: () => '',
  readSince: () => ({ changes: [], cursor: '', missed: false }),
}
