// The sale that this engine was designed for, as `seckill plan` has it by default.

import { figuresOf, OURS } from '../../src/plan/figures.ts'
import type { plan } from '../../src/plan/plan.ts'

export const DESIGNED: Parameters<typeof plan>[0] = {
  sale: { attemptsPerSecond: 1_000_000, forMs: 60_000, buyers: 5_000_000, units: 10_000 },
  terms: {
    headroom: 0.3,
    zones: 3,
    zonesLost: 1,
    edgeCores: 8,
    gatewayCores: 8,
    kafkaCores: 4,
    acceptWithinMs: 1000,
    recordWithinMs: 10_000,
  },
  limits: {
    salePerSecond: 1_000_000,
    globalPerSecond: 1_000_000,
    buyersMax: 1_000_000,
    winnersMax: 10_000,
    challengeAfter: 0,
    connectionsMax: 50_000,
    partitions: 100,
    segments: 100,
  },
  figures: figuresOf({ measured: OURS, given: { edgeConnectionBytes: 30_000 } }),
}
