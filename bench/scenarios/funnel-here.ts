// What the model of the planner is told of this machine: one gateway process with Redis, and SQLite for queue
// and store. Its costs were measured a moment ago; what Redis costs is known of S3 and S4.

import { type FigureName, OURS } from '../../src/plan/figures.ts'
import type { Funnel } from '../../src/plan/simulation/funnel.ts'

export interface Told {
  perSecond: Record<'refused' | 'asked' | 'accepted', number> // attempts that the gateway answers so
  buyers: number
  units: number
  forMs: number
  connections: number
  winnersMax: number
  seed: number
}

const LOOPBACK_MS = 0.1
const NO_LIMIT = 1e9
const COMMIT_MS = 2 // of SQLite, at most: docs/architecture.md

export const funnelHere = (told: Told): Funnel => {
  const { perSecond, buyers, units, forMs, connections, winnersMax, seed } = told
  const figure = (name: FigureName) => OURS[name]!.value
  return {
    seed,
    forMs,
    withinMs: 60_000,
    buyers,
    units,
    clickEveryMs: undefined,
    gateways: {
      machines: 1,
      processesEach: 1,
      connections,
      refusedMs: 1000 / perSecond.refused,
      askedMs: 1000 / perSecond.asked,
      acceptedMs: 1000 / perSecond.accepted,
    },
    redis: {
      segments: 1,
      primaries: 1,
      callMs: figure('redisCallMicros') / 1000,
      refusedMs: 1000 / figure('redisRefusedPerCore'),
      acceptedMs: 1000 / figure('redisAcceptedPerCore'),
      networkMs: LOOPBACK_MS,
    },
    wordMs: COMMIT_MS,
    queuePerSecond: NO_LIMIT,
    salePerSecond: NO_LIMIT,
    saleBurst: NO_LIMIT,
    winnersMax,
    cancelled: 0,
    lost: { gatewayAtMs: undefined, redisAtMs: undefined, failoverMs: 0, rebuildMs: 0 },
  }
}
