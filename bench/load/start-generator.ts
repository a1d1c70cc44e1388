// The generator seen from the scenarios: a child process on a core of its own that does one job at a
// time.

import { join } from 'node:path'
import { startPinned, type Cores } from '../servers/start-pinned.ts'
import { askChild } from './ask-child.ts'
import type { BuildJob, Job, LoadJob, LoadReport, OpenLoopJob } from './job.ts'
import type { OpenLoopReport } from './open-loop/report.ts'

export interface Generator extends AsyncDisposable {
  build(job: Omit<BuildJob, 'job'>): Promise<void>
  load(job: Omit<LoadJob, 'job'>): Promise<LoadReport>
  loadInTime(job: Omit<OpenLoopJob, 'job'>): Promise<OpenLoopReport>
}

const PROGRAM = join(import.meta.dirname, 'generator.ts')

export const startGenerator = ({ generator: core }: Cores): Generator => {
  const child = startPinned([PROGRAM], { core })

  const ask = <Report>(job: Job) => askChild<Report>(child, 'the generator', job)

  return {
    async build(job) {
      await ask({ job: 'build', ...job })
    },
    load: (job) => ask({ job: 'load', ...job }),
    loadInTime: (job) => ask({ job: 'open-loop', ...job }),
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
