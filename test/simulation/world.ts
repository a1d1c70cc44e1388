// Everything that exists once in a simulated run: the engine's nodes, the queue, the databases, and
// what buyers have been told. A process sees it only through its ports.

import assert from 'node:assert/strict'
import { EngineError } from '../../src/domain/errors.ts'
import * as books from '../../src/domain/home.ts'
import { type BuyerId, ID_EPOCH_MS, type OrderId } from '../../src/domain/ids.ts'
import { type Sale, SALE_DEFAULTS } from '../../src/domain/sale.ts'
import * as segments from '../../src/domain/stock.ts'
import type { Changes } from '../../src/ports/changes.ts'
import type { SalePorts } from '../../src/ports/ports.ts'
import type { Process } from './agenda.ts'
import { type Chance, chance as newChance } from './chance.ts'
import { type Model, remote } from './remote.ts'
import { newScheduler, type Scheduler } from './scheduler.ts'
import { type Home, type HomeRules, simulatedCatalog, simulatedLedger } from './simulated-home.ts'
import { simulatedLeases } from './simulated-leases.ts'
import { emptyShard, type Shard, simulatedOrders } from './simulated-orders.ts'
import { PARTITIONS, queueLog, type QueueLog, simulatedQueue } from './simulated-queue.ts'
import { type SegmentRules, stockNodes, type StockNodes } from './simulated-stock.ts'

export const SALE_ID = '1'
export const START_MS = ID_EPOCH_MS + 1_000_000_000
const FOREVER_MS = 1_000_000_000

// What a test takes out or gets wrong, to see that it is found.
export interface Sabotage {
  segmentRules?: Partial<SegmentRules>
  homeRules?: Partial<HomeRules>
  ports?: (ports: SalePorts, role: string) => SalePorts
}

export interface World {
  chance: Chance
  scheduler: Scheduler
  nodes: StockNodes
  queue: QueueLog
  home: Home
  shard: Shard
  words: Map<OrderId, BuyerId> // orders their buyers were promised
  isHealed: boolean
  violations: string[]
  portsOf(process: Process, index: number): SalePorts
  newProcess(role: string): Process
  violated(what: string): void
  // A call, a loop or a flow has failed: of all errors only a failure of the world is none of ours.
  failed(error: unknown): void
}

export interface WorldOptions {
  seed: number
  sabotage: Sabotage
  observe: (world: World) => void // after every effect
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
    observe: () => observe(world),
    onBug: failed,
    trace,
  })
  const { nowMs } = scheduler
  const stock = chance.pick([1, 1, 2, 3, 4])
  const payWithinMs = chance.happens(0.3) ? 100 + chance.below(600) : FOREVER_MS
  const home: Home = { book: books.homeBook(stock), sale: { ...SALE, payWithinMs } }
  const nodes = stockNodes({ chance, nowMs, rules: { ...segments, ...sabotage.segmentRules } })
  let processes = 0
  const world: World = {
    chance,
    scheduler,
    nodes,
    queue: queueLog(),
    home,
    shard: emptyShard(),
    words: new Map(),
    isHealed: false,
    violations,
    portsOf: () => assert.fail('the ports are made below'),
    newProcess: (role) => {
      const id = ++processes
      return { id, role, name: `${role}#${id}`, alive: true, pausedUntilMs: 0, onCrash: [] }
    },
    violated,
    failed,
  }
  world.portsOf = portsOf(world, sabotage)
  return world
}

export const healSale = ({ home }: World) => {
  home.sale = { ...home.sale, payWithinMs: FOREVER_MS }
}

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
const portsOf = (world: World, sabotage: Sabotage): World['portsOf'] => {
  const { chance, home, nodes, queue: log, scheduler, shard } = world
  const worthless = chance.happens(0.5)
  const areWorthless = () => worthless && !world.isHealed
  const models = {
    catalog: simulatedCatalog(home),
    changes: NO_NEWS,
    leases: simulatedLeases({ nowMs: scheduler.nowMs, areWorthless }),
    ledger: simulatedLedger(home, { ...books, ...sabotage.homeRules }),
    orders: simulatedOrders(shard),
  }
  const failure = 'STORE_UNREACHABLE'
  return (process, index) => {
    const at = { scheduler, process }
    const ports: SalePorts = {
      catalog: remote(at, { name: 'catalog', model: models.catalog, failure }),
      changes: remote(at, { name: 'changes', model: models.changes, failure }),
      clock: { nowMs: scheduler.nowMs, pause: (ms) => scheduler.pause(process, ms) },
      leases: remote(at, { name: 'leases', model: models.leases, failure }),
      ledger: remote(at, { name: 'ledger', model: models.ledger, failure }),
      orders: remote(at, { name: 'orders', model: models.orders, failure }),
      queue: simulatedQueue({ ...at, chance, log, partition: index % PARTITIONS }),
      stock: remote(at, {
        name: 'stock',
        model: nodes.newClient(),
        failure: 'STOCK_UNREACHABLE',
        twice: true,
        once: ['reserve'],
      }),
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
