// The processes of the simulated fleet, composed as in production: a gateway asks the attempt flow, a
// worker and a keeper run their loops. One that crashes is replaced by a new one that knows nothing.

import assert from 'node:assert/strict'
import { breaker } from '../../src/attempt/breaker.ts'
import { attemptPurchase } from '../../src/attempt/attempt-purchase.ts'
import { checks } from '../../src/attempt/checks.ts'
import { giveWord } from '../../src/attempt/give-word.ts'
import { reserveAttempt } from '../../src/attempt/reserve-attempt.ts'
import { soldOutMemory } from '../../src/attempt/sold-out-memory.ts'
import type { Outcome } from '../../src/domain/attempt.ts'
import { type BuyerId, type OrderId, orderIds } from '../../src/domain/ids.ts'
import { type Cancelled, cancelOrder } from '../../src/flows/orders/cancel.ts'
import { closeSale, restockSale, type SaleChanged } from '../../src/flows/operators/change-sale.ts'
import { receivePayment } from '../../src/flows/orders/receive-payment.ts'
import { refundOrder } from '../../src/flows/orders/refund.ts'
import type { PaymentProvider } from '../../src/ports/payment-provider.ts'
import type { DeadLetters } from '../../src/ports/dead-letters.ts'
import { keeper } from '../../src/workers/keeper.ts'
import { orderWorker } from '../../src/workers/order-worker.ts'
import { sampleRecords } from '../attempt/sample-checks.ts'
import type { Process } from './agenda.ts'
import { type FleetPorts, SALE_ID, type World } from './world.ts'

export type Role = 'gateway' | 'worker' | 'keeper'

export interface Gateway {
  process: Process
  attempt(buyerId: BuyerId, units: number): Promise<Outcome>
  cancel(of: { buyerId: BuyerId; orderId: OrderId }): Promise<Cancelled>
  told(orderId: OrderId): Promise<unknown> // by the payment provider: it is paid
  refund(orderId: OrderId): Promise<unknown>
  restock(units: number): Promise<SaleChanged>
  close(): Promise<SaleChanged>
}

export interface Fleet {
  gateways: Gateway[]
  crash(): void // one process, drawn by chance
  pauseOne(ms: number): void
  resumeAll(): void
}

const FLEET: Role[] = ['gateway', 'gateway', 'worker', 'worker', 'keeper', 'keeper']

export const startFleet = (world: World): Fleet => {
  const { chance, scheduler } = world
  const gateways: Gateway[] = []
  const running: Process[] = []

  const start = (at: number) => {
    const role = FLEET[at]!
    const process = world.newProcess(role)
    running[at] = process
    const ports = world.portsOf(process, at)
    if (role === 'gateway') gateways[at] = gatewayOf(world, { process, ports })
    if (role === 'worker') startWorker(world, ports)
    if (role === 'keeper') startKeeper(world, { process, ports })
  }

  for (const at of FLEET.keys()) start(at)
  return {
    gateways,
    crash() {
      const at = chance.below(FLEET.length)
      if (!running[at]!.alive) return
      scheduler.crash(running[at]!)
      scheduler.after(1 + chance.below(60), () => start(at))
    },
    pauseOne(ms) {
      chance.pick(running).pausedUntilMs = scheduler.nowMs() + ms
    },
    resumeAll() {
      for (const process of running) process.pausedUntilMs = 0
    },
  }
}

const LIMITS = {
  globalPerSecond: 1e6,
  globalBurst: 1e6,
  salePerSecond: 1e6,
  saleBurst: 1e6,
  buyerPerSecond: 1e6,
}
const RESERVE_LIMITS = { batchMax: 4, callsMax: 2, queueMax: 100, waitMsMax: Infinity }

const gatewayOf = (
  world: World,
  { process, ports }: { process: Process; ports: FleetPorts },
): Gateway => {
  const own = soldOutMemory(ports, { winnersMax: 100 })
  const memory = world.sabotage.memory?.(own) ?? own
  const elapsedMs = ports.clock.nowMs
  const newBreaker = () => breaker(elapsedMs)
  const queueBreaker = newBreaker()
  const node = { nodeId: process.id, untilMs: Infinity }
  const attempt = attemptPurchase({
    check: checks({
      sales: { get: () => world.home.sale },
      tokens: {
        verify: (buyerId) => ({ saleId: SALE_ID, buyerId, isNew: false }),
        isForged: () => false,
      },
      memory,
      elapsedMs,
      records: sampleRecords(),
      limits: LIMITS,
      gateways: () => 1,
      blocklist: { blocksAddress: () => false, blocksBuyer: () => false },
      challenge: { attemptNeeds: () => false },
    }),
    sheds: () => false,
    canPromise: queueBreaker.admits,
    clock: ports.clock,
    elapsedMs,
    giveWord: giveWord({ ...ports, breaker: queueBreaker, elapsedMs }, { batchMax: 4 }),
    orderIds: orderIds(() => node),
    orders: ports.orders,
    reserve: reserveAttempt(
      { ...ports, asked: () => undefined, elapsedMs, memory, newBreaker },
      RESERVE_LIMITS,
    ),
  })
  return {
    process,
    attempt: async (token, units) => attempt({ saleId: SALE_ID, token, units, fault: undefined }),
    cancel: (of) => cancelOrder(ports, { sale: world.home.sale, ...of }),
    told: (orderId) => receivePayment({ ...ports, provider: providerOf(orderId) }, TOLD),
    refund: (orderId) =>
      refundOrder(
        { ...ports, provider: providerOf(orderId) },
        { ...OPERATOR, orderId, owedOnly: false },
      ),
    restock: (units) => restockSale(ports, { ...OPERATOR, saleId: SALE_ID, units }),
    close: () => closeSale(ports, { ...OPERATOR, saleId: SALE_ID }),
  }
}

const OPERATOR = { by: 'operator', reason: 'it is so' }
const TOLD = { headers: {}, body: new Uint8Array() }

// Says of this order that the whole of it was paid.
const providerOf = (orderId: OrderId): PaymentProvider => ({
  name: 'simulated',
  start: () => assert.fail('nobody starts a payment here'),
  refund: () => assert.fail('nobody is owed anything here'),
  verify: () => {
    const event = { eventId: orderId, paymentId: orderId, amount: 1, currency: 'CNY' }
    return { result: 'event', event: { ...event, type: 'payment.succeeded' } }
  },
})

const startWorker = (world: World, ports: FleetPorts) =>
  orderWorker({
    ports: { ...ports, deadLetters: NO_DEAD_LETTERS },
    batchMax: 3,
    decided: ({ promisesBroken }) => {
      if (promisesBroken > 0) world.violated('a promise was broken')
    },
    buried: ignore,
    stopped: ignore,
    failed: () => world.failed,
  })

// Every message here can be kept.
const NO_DEAD_LETTERS = new Proxy({} as DeadLetters, {
  get: () => assert.fail('there is no dead letter here'),
})

const LOOK_MS = 180

const startKeeper = (world: World, { process, ports }: { process: Process; ports: FleetPorts }) =>
  keeper({
    ports,
    rebuild: { holder: process.name, leaseMs: 200, drainPollMs: 15, loadChunk: 1 },
    sweepAfterMs: 40,
    everyMs: { look: LOOK_MS, release: LOOK_MS, reconcile: 1e9 },
    reconcilePauseMs: 50,
    seen: {
      looked: ignore,
      expired: ignore,
      tasksOpen: ignore,
      swept: ignore,
      reconciled: ignore,
    },
    failed: () => world.failed,
  })

const ignore = () => undefined
