// What the model is told of a funnel: how many buyers come and how, what an attempt costs each machine, the
// limits, and who is lost when. Of a plan it can be read; a bench says it of the machine it has measured.

import { COPIES } from '../roles.ts'
import type { Plan } from '../plan.ts'

export interface Funnel {
  seed: number
  forMs: number // buyers come
  withinMs: number // after that, what is begun ends
  buyers: number
  units: number
  // Each buyer once, evenly; or again and again, so long after a final answer on average.
  clickEveryMs: number | undefined
  gateways: {
    machines: number
    processesEach: number
    connections: number // of a process: who finds none waits for one outside
    refusedMs: number // of a core, for an attempt answered from memory
    askedMs: number // that the stock engine refuses
    acceptedMs: number // that gets a unit
  }
  redis: {
    segments: number
    primaries: number
    callMs: number // of a core, for a call
    refusedMs: number // and for each attempt in it
    acceptedMs: number
    networkMs: number // there and back
  }
  wordMs: number // until the queue has acknowledged and the epoch is read
  queuePerSecond: number // orders, all brokers together
  salePerSecond: number
  saleBurst: number
  winnersMax: number
  cancelled: number // share of orders
  lost: {
    gatewayAtMs: number | undefined
    redisAtMs: number | undefined
    failoverMs: number
    rebuildMs: number
  }
}

export interface Course {
  seed: number
  clickEveryMs: number | undefined
  gatewayLostAtMs: number | undefined
  redisLostAtMs: number | undefined
  cancelled: number
  burst: number // of the sale's limit, by its rate
  connections: number
}

const WITHIN_MS = 60_000

export const funnelOf = ({ sale, limits, roles, restsOn }: Plan, course: Course): Funnel => {
  const value = (name: keyof Plan['restsOn']) => restsOn[name].value
  const msOf = (name: keyof Plan['restsOn']) => 1000 / value(name)
  const gateway = roles.find(({ role }) => role === 'gateway')!
  const redis = roles.find(({ role }) => role === 'redis')!
  const callMs = value('redisCallMicros') / 1000
  const alone = (ms: number) => Math.max(0, ms - callMs / MEASURED_BATCH)
  const kafka = roles.find(({ role }) => role === 'kafka')!
  return {
    seed: course.seed,
    forMs: sale.forMs,
    withinMs: WITHIN_MS,
    buyers: sale.buyers,
    units: sale.units,
    clickEveryMs: course.clickEveryMs ?? (sale.buyers / sale.attemptsPerSecond) * 1000,
    gateways: {
      machines: gateway.count,
      processesEach: gateway.coresEach,
      connections: course.connections,
      refusedMs: msOf('gatewayAttemptsPerCore'),
      askedMs: msOf('gatewayAskedPerCore'),
      acceptedMs: msOf('gatewayOrdersPerCore'),
    },
    redis: {
      segments: limits.segments,
      primaries: redis.count - redis.spare,
      callMs,
      refusedMs: alone(msOf('redisRefusedPerCore')),
      acceptedMs: alone(msOf('redisAcceptedPerCore')),
      networkMs: value('networkMs'),
    },
    wordMs: value('queueMs') + value('networkMs'),
    queuePerSecond: (kafka.count * kafka.coresEach * value('kafkaOrdersPerCore')) / COPIES,
    salePerSecond: limits.salePerSecond,
    saleBurst: limits.salePerSecond * course.burst,
    winnersMax: limits.winnersMax,
    cancelled: course.cancelled,
    lost: {
      gatewayAtMs: course.gatewayLostAtMs,
      redisAtMs: course.redisLostAtMs,
      failoverMs: value('failoverMs'),
      rebuildMs: value('rebuildMs'),
    },
  }
}

const MEASURED_BATCH = 32 // attempts a call, of the figures of Redis
