// What the load on Redis is made of, and what is reported of it: buyers who attempt a sale while the
// processor time of Redis is counted.

import type { Buyers } from './job.ts'

export interface RedisJob {
  by: 'engine' | 'textbook'
  url: string // as SECKILL_STOCK_URL
  nodes: string[] // redis://… of every primary: their processor time counts
  segments: number
  units: number
  // They have bought before the clock starts, one unit each; then every `every`th attempt is one of
  // theirs again.
  winners: { buyers: Buyers; every: number } | undefined
  buyers: Buyers
  batch: number // attempts a call; the textbook has one
}

export interface RedisReport {
  told: Record<string, number> // decisions by answer
  cpuMs: number // of Redis, for them
  redisShare: number // of the time they took, for all primaries together
  clientShare: number // the same of the process that asked
}
