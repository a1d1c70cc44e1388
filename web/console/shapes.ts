// What the API answers operators with, as far as the console reads it (docs/http-api.md).

export interface Sale {
  saleId: string
  productId: string
  title: string
  price: number // minor units of `currency`
  currency: string
  startsAt: string
  endsAt: string
  perBuyerLimit: number
  strategy: string
  segments: number
  admission: string
  tokensFromMs: number
  payWithinMs: number
  limits: SaleLimits
  rehearsal: boolean
  stock?: Stock // of one sale that is looked at
  status: SaleStatus
  paused: boolean
  version: number
  createdAt: string
  closedAt?: string
  leftEngineAt?: string
}

export type SaleStatus = 'scheduled' | 'open' | 'sold-out' | 'paused' | 'ended'

export interface SaleLimits {
  attemptsPerSecond?: number
  attemptsBurst?: number
  buyerPerSecond?: number
  challenge?: string
}

export type EngineState = 'open' | 'rebuilding' | 'absent'

// In units.
export interface Stock {
  total: number
  available: number
  returning: number
  held: number
  live: number
  engine: EngineState
}

// In units, but for drift, oversold and duplicateBuyers, which are counts.
export interface Audit extends Stock {
  inTransit: number
  inTransfer: number
  homeAvailable: number
  pending: number
  paid: number
  released: number
  rejected: number
  drift: number | null // null: the engine is being rebuilt
  driftOrders: string[]
  oversold: number
  duplicateBuyers: number
  epoch: number
}

export interface Product {
  productId: string
  title: string
  listPrice: number
  currency: string
  picture?: string
  description?: string
}

export interface Overview {
  at: string
  rates: { lastSecond: PerSecond; lastTenSeconds: PerSecond } // of all processes
  latency?: { p50Ms: number; p99Ms: number }
  eventLoopDelay: EventLoopDelay // the longest of all
  breakers: Breakers
  queue: { messages: number; oldestAgeMs: number }
  sales: SaleUnits[]
  processes: ProcessNow[]
  isWhole: boolean // false: of other processes nothing is known now
}

export interface PerSecond {
  attempts: number
  asked: number // of them, the stock engine
  accepted: number
  recorded: number
  outcomes: Record<string, number>
}

export interface EventLoopDelay {
  p99Ms: number
  maxMs: number
}

// How many are open.
export interface Breakers {
  stock: number
  promise: number
}

export interface ProcessNow {
  process: string
  role: string
  version: string
  uptimeSeconds: number
  attempts: number // of the last second
  recorded: number
  eventLoopDelay: EventLoopDelay
  breakers: Breakers
}

export interface SaleUnits {
  saleId: string
  title: string
  engine: EngineState
  total: number
  available: number
  returning: number
  held: number
  inTransit: number
  inTransfer: number
}
