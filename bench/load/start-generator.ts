// The generator seen from the scenarios: a child process on a core of its own that does one job at a
// time.

import { join } from 'node:path'
import { startPinned, type Cores } from '../servers/start-pinned.ts'
import { askChild } from './ask-child.ts'
import type { BuildJob, Job, LoadJob, LoadReport } from './job.ts'

export interface Generator extends AsyncDisposable {
  build(job: Omit<BuildJob, 'job'>): Promise<void>
  load(job: Omit<LoadJob, 'job'>): Promise<LoadReport>
}

const PROGRAM = join(import.meta.dirname, 'generator.ts')

export const startGenerator = ({ generator: core }: Cores): Generator => {
  const child = startPinned([PROGRAM], { core })

  const ask = (job: Job) => askChild<LoadReport | undefined>(child, 'the generator', job)

  return {
    async build(job) {
      await ask({ job: 'build', ...job })
    },
    load: async (job) => (await ask({ job: 'load', ...job }))!,
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
