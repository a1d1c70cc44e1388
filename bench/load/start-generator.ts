// The generator seen from the scenarios: a child process on a core of its own that does one job at a
// time.

import { once } from 'node:events'
import { join } from 'node:path'
import { startPinned, type Cores } from '../servers/start-pinned.ts'
import type { BuildJob, Job, LoadJob, LoadReport, Report } from './job.ts'

export interface Generator extends AsyncDisposable {
  build(job: Omit<BuildJob, 'job'>): Promise<void>
  load(job: Omit<LoadJob, 'job'>): Promise<LoadReport>
}

const PROGRAM = join(import.meta.dirname, 'generator.ts')

export const startGenerator = ({ generator: core }: Cores): Generator => {
  const child = startPinned([PROGRAM], { core })

  const ask = async (job: Job): Promise<LoadReport | undefined> => {
    const ended = child.exited.then(() => {
      throw new Error(`the generator ended; it printed: ${child.output()}`)
    })
    const answered = once(child.process, 'message')
    child.process.send(job)
    const [report] = (await Promise.race([answered, ended])) as [Report]
    if ('failed' in report) throw new Error(`the generator failed: ${report.failed}`)
    return report.done
  }

  return {
    async build(job) {
      await ask({ job: 'build', ...job })
    },
    load: async (job) => (await ask({ job: 'load', ...job }))!,
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
