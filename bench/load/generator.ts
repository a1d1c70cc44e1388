// The generator, a program of its own so that it can have a core of its own. It does the jobs it is
// sent, one after the other, and says how busy it was with them.

import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { BuildJob, Job, LoadJob, LoadReport, Report } from './job.ts'
import { attemptRequests } from './requests.ts'
import { sendAll } from './send-all.ts'

const pinnedCore = process.argv[2] === undefined ? undefined : Number(process.argv[2])
const crowds = new Map<string, Buffer[]>()

process.on('message', (job: Job) => {
  void answer(job).then((report) => process.send!(report))
})

const answer = async (job: Job): Promise<Report> => {
  try {
    return { done: job.job === 'build' ? build(job) : await load(job) }
  } catch (error) {
    return { failed: String(error) }
  }
}

const build = (job: BuildJob): undefined => {
  crowds.set(job.crowd, attemptRequests(job))
}

const load = async ({ crowd, ...of }: LoadJob): Promise<LoadReport> => {
  const requests = crowds.get(crowd)
  assert(requests, `no crowd ${crowd}`)
  let before = readings()
  const statuses = await sendAll({ ...of, requests }, () => {
    before = readings()
  })
  const after = readings()
  const tookMs = after.nowMs - before.nowMs
  const ownShare = (after.ownMs - before.ownMs) / tookMs
  const coreShare = (after.coreMs - before.coreMs) / tookMs
  return {
    startedAtMs: performance.timeOrigin + before.nowMs,
    endedAtMs: performance.timeOrigin + after.nowMs,
    statuses,
    ownShare,
    coreShare: pinnedCore === undefined ? ownShare : Math.max(ownShare, coreShare),
  }
}

const readings = () => {
  const { user, system } = process.cpuUsage()
  return { nowMs: performance.now(), ownMs: (user + system) / 1000, coreMs: coreBusyMs() }
}

const coreBusyMs = (): number => {
  const times = pinnedCore === undefined ? undefined : cpus()[pinnedCore]?.times
  return times === undefined ? 0 : times.user + times.nice + times.sys + times.irq
}
