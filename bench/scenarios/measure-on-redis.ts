// One hot sale on one primary, decided by the engine in batches and by the textbook one by one, in turns,
// A B A B …; Redis is emptied before each. The figures are decisions by the processor time of Redis: how
// fast the program is that asks does not matter, as long as Redis has something to do.

import assert from 'node:assert/strict'
import { TEXTBOOK_CONNECTIONS } from '../load/drive-textbook.ts'
import type { RedisJob, RedisReport } from '../load/redis-job.ts'
import { type RedisDriver, startRedisDriver } from '../load/start-driver.ts'
import { median } from '../report/result.ts'
import { type BenchRedis, startBenchRedis } from '../servers/start-redis.ts'
import type { BatchFigure, Bench, Busy, Part, Sample } from './scenario.ts'

export const CONNECTIONS = TEXTBOOK_CONNECTIONS
export const BATCH = 256

// What the two do alike.
export type Attempted = Pick<RedisJob, 'units' | 'winners'>

export interface OnRedis {
  part: Omit<Part, 'samples' | 'byBatch'>
  attempted: Attempted
  answer: 'taken' | 'sold-out' // of everybody but the winners
  attempts: { engine: number; textbook: number; byBatch: number }
  buyersFrom: number // the first id
}

const BATCHES = [1, 8, 32, 64, 128, 256, 512]
const ROUNDS = 3

export const measureOnRedis = async (bench: Bench, of: OnRedis): Promise<Part> => {
  const { engine, textbook, byBatch } = of.attempts
  await using redis = await startBenchRedis(bench.cores.server)
  await using driver = startRedisDriver(bench.cores)
  const turn = async (by: RedisJob['by'], batch: number, attempts: number) => {
    const count = attempts / bench.shrink
    const buyers = { first: of.buyersFrom, count }
    return takeTurn(redis, driver, { by, ...of.attempted, segments: 1, buyers, batch }, of.answer)
  }
  const turns = {
    engine: () => turn('engine', BATCH, engine),
    textbook: () => turn('textbook', 1, textbook),
  }
  await turns.engine() // warm
  await turns.textbook()
  const samples: Sample[] = []
  for (let pair = 0; pair < bench.pairs; pair += 1)
    samples.push(sampleOf(await turns.engine(), await turns.textbook()))
  const rounds: BatchFigure[] = []
  for (let round = 0; round < ROUNDS; round += 1)
    for (const batch of BATCHES)
      rounds.push({ batch, value: (await turn('engine', batch, byBatch)).perCpuSecond })
  return { ...of.part, samples, byBatch: BATCHES.map((batch) => medianOf(batch, rounds)) }
}

export interface RedisTurn extends RedisReport {
  perCpuSecond: number
}

export const takeTurn = async (
  redis: BenchRedis,
  driver: RedisDriver,
  job: Omit<RedisJob, 'url' | 'nodes'>,
  answer: 'taken' | 'sold-out',
): Promise<RedisTurn> => {
  await redis.empty()
  const report = await driver.drive({ ...job, url: redis.url, nodes: redis.nodes })
  const { count } = job.buyers
  const winners = job.winners ? Math.ceil(count / job.winners.every) : 0
  const { [answer]: told, 'already-reserved': won = 0 } = report.told
  assert.deepEqual(
    { told, won },
    { told: count - winners, won: winners },
    'all were told the truth',
  )
  return { ...report, perCpuSecond: (count / report.cpuMs) * 1000 }
}

export const busyOf = (ours: RedisReport, theirs: RedisReport): Busy => ({
  engine: ours.redisShare,
  baseline: theirs.redisShare,
  generator: theirs.clientShare, // of the baseline: it decides whether that could be faster
})

const sampleOf = (ours: RedisTurn, theirs: RedisTurn): Sample => ({
  ratio: ours.perCpuSecond / theirs.perCpuSecond,
  value: ours.perCpuSecond,
  baseline: theirs.perCpuSecond,
  busy: busyOf(ours, theirs),
})

const medianOf = (batch: number, rounds: BatchFigure[]): BatchFigure => ({
  batch,
  value: median(rounds.filter((one) => one.batch === batch).map(({ value }) => value)),
})
