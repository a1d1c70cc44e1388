// The load on Redis, a program of its own so that it can have a core of its own. What the engine is asked
// goes through its real adapter, batch by batch; the processor time is what Redis says of its main thread.

import { answerJobs } from './ask-child.ts'
import { driveEngine } from './drive-engine.ts'
import { driveTextbook } from './drive-textbook.ts'
import type { RedisJob, RedisReport } from './redis-job.ts'
import { redisCpuMs } from '../servers/redis-cpu.ts'

// Made ready before the clock starts.
export interface RedisLoad extends AsyncDisposable {
  run(): Promise<Record<string, number>> // answers by name
}

answerJobs(async (job: RedisJob): Promise<RedisReport> => {
  await using load = await (job.by === 'engine' ? driveEngine : driveTextbook)(job)
  const [before, own, startedAt] = [await redisCpuMs(job.nodes), process.cpuUsage(), now()]
  const told = await load.run()
  const tookMs = now() - startedAt
  const { user, system } = process.cpuUsage(own)
  const cpuMs = (await redisCpuMs(job.nodes)) - before
  const clientShare = (user + system) / 1000 / tookMs
  return { told, cpuMs, redisShare: cpuMs / tookMs, clientShare }
})

const now = () => performance.now()
