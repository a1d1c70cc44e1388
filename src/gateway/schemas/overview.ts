// What goes on now, as operators see it.

import { type Static, Type } from '@sinclair/typebox'
import { OUTCOMES } from '../../domain/attempt.ts'
import { closed, id, instant, literals } from './fields.ts'

const count = Type.Number({ minimum: 0 })
const units = Type.Integer({ minimum: 0 })

const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count])) as Record<
  (typeof OUTCOMES)[number],
  typeof count
>

const PerSecond = Type.Object(
  {
    attempts: count,
    asked: count,
    accepted: count,
    recorded: count,
    outcomes: Type.Object(outcomes, closed),
  },
  closed,
)

const Latency = Type.Object({ p50Ms: count, p90Ms: count, p99Ms: count, maxMs: count }, closed)

const EventLoopDelay = Type.Object({ p99Ms: count, maxMs: count }, closed)

const Breakers = Type.Object({ stock: units, promise: units }, closed)

const Process = Type.Object(
  {
    process: Type.String(),
    role: Type.String(),
    version: Type.String(),
    uptimeSeconds: units,
    attempts: count, // of the last second
    recorded: count, // orders, of the last second
    eventLoopDelay: EventLoopDelay,
    breakers: Breakers,
  },
  closed,
)

const SaleUnits = Type.Object(
  {
    saleId: id,
    title: Type.String(),
    engine: literals(['open', 'rebuilding', 'absent']),
    total: units,
    available: units,
    returning: units,
    held: units,
    inTransit: units,
    inTransfer: units,
  },
  closed,
)

export const OverviewView = Type.Object(
  {
    at: instant,
    version: Type.String(),
    uptimeSeconds: units,
    rates: Type.Object({ lastSecond: PerSecond, lastTenSeconds: PerSecond }, closed),
    latency: Type.Optional(Latency), // of the last ten seconds, if anybody attempted
    eventLoopDelay: EventLoopDelay,
    breakers: Breakers,
    queue: Type.Object({ messages: units, oldestAgeMs: units }, closed),
    sales: Type.Array(SaleUnits),
    processes: Type.Array(Process),
    isWhole: Type.Boolean(), // false: of other processes nothing is known now
  },
  closed,
)
export type OverviewView = Static<typeof OverviewView>
