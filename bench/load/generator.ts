// The generator, a program of its own so that it can have a core of its own. It does the jobs it is
// sent, one after the other, and says how busy it was with them.

import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { answerJobs } from './ask-child.ts'
import type { BuildJob, Job, LoadJob, LoadReport, OpenLoopJob } from './job.ts'
import { openLoop } from './open-loop/open-loop.ts'
import { type OpenLoopReport, openLoopReport } from './open-loop/report.ts'
import { attemptRequests } from './requests.ts'
import { sendAll } from './send-all.ts'

const crowds = new Map<string, Buffer[]>()

answerJobs((job: Job): Promise<object> | undefined => {
  switch (job.job) {
    case 'build':
      return build(job)
    case 'load':
      return load(job)
    case 'open-loop':
      return loadInTime(job)
  }
})

const build = (job: BuildJob): undefined => {
  crowds.set(job.crowd, attemptRequests(job))
}

const requestsOf = (crowd: string): Buffer[] => {
  const requests = crowds.get(crowd)
  assert(requests, `no crowd ${crowd}`)
  return requests
}

const loadInTime = async ({ crowd, ...of }: OpenLoopJob): Promise<OpenLoopReport> =>
  openLoopReport(await openLoop({ ...of, requests: requestsOf(crowd) }))

const load = async ({ crowd, ...of }: LoadJob): Promise<LoadReport> => {
  const requests = requestsOf(crowd)
  const { statuses, startedAt, endedAt, idleMs } = await sendAll({ ...of, requests })
  return {
    startedAtMs: performance.timeOrigin + startedAt,
    endedAtMs: performance.timeOrigin + endedAt,
    statuses,
    busyShare: 1 - idleMs / (endedAt - startedAt),
  }
}
