// The load on MariaDB, a program of its own so that it can have a core of its own. What is recorded in
// batches goes through the flow and the adapters that the order worker has.

import { answerJobs } from './ask-child.ts'
import { cpuTimeMs } from '../servers/cpu-time.ts'
import { driveOneByOne } from './drive-one-by-one.ts'
import { driveWorker } from './drive-worker.ts'
import type { MysqlJob, MysqlReport } from './mysql-job.ts'

// Made ready before the clock starts.
export interface MysqlLoad extends AsyncDisposable {
  run(): Promise<void>
}

answerJobs(async (job: MysqlJob): Promise<MysqlReport> => {
  await using load = await (job.by === 'engine' ? driveWorker : driveOneByOne)(job)
  const [before, own] = [cpuTimeMs(job.serverProcessId)!, process.cpuUsage()]
  const startedAt = performance.now()
  await load.run()
  const tookMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(own)
  const cpuMs = cpuTimeMs(job.serverProcessId)! - before
  return { tookMs, cpuMs, clientShare: (user + system) / 1000 / tookMs }
})
