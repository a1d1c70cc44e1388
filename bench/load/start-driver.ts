// The loads on Redis and on MariaDB seen from the scenarios: child processes on a core of their own.

import { join } from 'node:path'
import { type Cores, startPinned } from '../servers/start-pinned.ts'
import { askChild } from './ask-child.ts'
import type { MysqlJob, MysqlReport } from './mysql-job.ts'
import type { RedisJob, RedisReport } from './redis-job.ts'

export interface Driver<Job, Report> extends AsyncDisposable {
  drive(job: Job): Promise<Report>
}

export type RedisDriver = Driver<RedisJob, RedisReport>
export type MysqlDriver = Driver<MysqlJob, MysqlReport>

export const startRedisDriver = (cores: Cores): RedisDriver =>
  startDriver('redis-driver.ts', { cores, name: 'the load on Redis' })

export const startMysqlDriver = (cores: Cores): MysqlDriver =>
  startDriver('mysql-driver.ts', { cores, name: 'the load on MariaDB' })

const startDriver = <Job extends object, Report>(
  program: string,
  { cores, name }: { cores: Cores; name: string },
): Driver<Job, Report> => {
  const child = startPinned([join(import.meta.dirname, program)], { core: cores.generator })
  return {
    drive: (job) => askChild<Report>(child, name, job),
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
