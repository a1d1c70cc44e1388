// The load on Redis seen from the scenarios: a child process on a core of its own.

import { join } from 'node:path'
import { type Cores, startPinned } from '../servers/start-pinned.ts'
import { askChild } from './ask-child.ts'
import type { RedisJob, RedisReport } from './redis-job.ts'

export interface RedisDriver extends AsyncDisposable {
  drive(job: RedisJob): Promise<RedisReport>
}

const PROGRAM = join(import.meta.dirname, 'redis-driver.ts')

export const startRedisDriver = ({ generator: core }: Cores): RedisDriver => {
  const child = startPinned([PROGRAM], { core })
  return {
    drive: (job) => askChild<RedisReport>(child, 'the load on Redis', job),
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
