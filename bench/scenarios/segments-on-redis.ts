// S5: what a decision costs when a sale is divided over three primaries, against the same sale on one:
// the processor time of all three together. A segment that is empty reads the others before it refuses.
// They share a core here, so one segment's attempts come after the other's.

import { GATEWAYS } from '../load/drive-engine.ts'
import type { RedisJob } from '../load/redis-job.ts'
import { startRedisDriver } from '../load/start-driver.ts'
import { startBenchCluster, startBenchRedis } from '../servers/start-redis.ts'
import { BATCH, busyOf, type OnRedis, takeTurn } from './measure-on-redis.ts'
import { type Bench, buyersOf, type Part, type Sample, type Scenario } from './scenario.ts'

const WHAT =
  'processor time of three Redis primaries for a decision on a sale in three segments; baseline: one primary, one segment; 256 attempts a call'

const PRIMARIES = 3
const WINNERS = 20_000
const USE = { buyers: 0, winners: 1 } // of buyer ids
const UNIT = 'ns of Redis CPU a decision'

interface Kind extends Pick<OnRedis, 'attempted' | 'answer'> {
  part: string
  what: string
  attempts: number // of a turn
}

const kindsOf = (bench: Bench): Kind[] => [
  {
    part: 'accepted',
    what: 'each attempt by another buyer, who gets a unit',
    attempted: { units: 10_000_000, winners: undefined },
    answer: 'taken',
    attempts: 100_000,
  },
  {
    part: 'refused',
    what: 'sold out, one attempt in a hundred by one of 20,000 winners',
    attempted: {
      units: WINNERS,
      winners: { buyers: buyersOf(bench, { use: USE.winners, count: WINNERS }), every: 100 },
    },
    answer: 'sold-out',
    attempts: 300_000,
  },
]

export const segmentsOnRedis: Scenario = {
  scenario: 'S5',
  what: WHAT,
  connections: GATEWAYS,
  async measure(bench) {
    const parts: Part[] = []
    for (const kind of kindsOf(bench)) parts.push(await measureKind(bench, kind))
    return parts
  },
}

const measureKind = async (bench: Bench, kind: Kind): Promise<Part> => {
  await using cluster = await startBenchCluster(bench.cores.server, PRIMARIES)
  await using one = await startBenchRedis(bench.cores.server)
  await using driver = startRedisDriver(bench.cores)
  const count = kind.attempts / bench.shrink
  const buyers = buyersOf(bench, { use: USE.buyers, count })
  const job = { by: 'engine' as const, ...kind.attempted, buyers, batch: BATCH }
  const take = (redis: typeof one, { segments }: Pick<RedisJob, 'segments'>) =>
    takeTurn(redis, driver, { ...job, segments }, kind.answer)
  const samples: Sample[] = []
  for (let pair = -1; pair < bench.pairs; pair += 1) {
    const ours = await take(cluster, { segments: PRIMARIES })
    const theirs = await take(one, { segments: 1 })
    const [value, baseline] = [1e9 / ours.perCpuSecond, 1e9 / theirs.perCpuSecond] as const
    const sample = { ratio: value / baseline, value, baseline, busy: busyOf(ours, theirs) }
    if (pair >= 0) samples.push(sample) // the first is warm-up
  }
  const { part, what } = kind
  return { part, what, target: 1.15, bound: 'at-most', unit: UNIT, samples }
}
