// The visitors seen from the soak: a child process beside the generator.

import { join } from 'node:path'
import { type Cores, startPinned } from '../../servers/start-pinned.ts'
import { askChild } from '../ask-child.ts'
import type { VisitorsJob, VisitorsReport } from './visitors-job.ts'

export interface Visitors extends AsyncDisposable {
  visit(job: VisitorsJob): Promise<VisitorsReport>
}

const PROGRAM = join(import.meta.dirname, 'visitors.ts')

export const startVisitors = ({ generator: core }: Cores): Visitors => {
  const child = startPinned([PROGRAM], { core })
  return {
    visit: (job) => askChild<VisitorsReport>(child, 'the visitors', job),
    [Symbol.asyncDispose]: () => child.stop(),
  }
}
