// One job after another for a child process that answers each with a report.

import { once } from 'node:events'
import type { Child } from '../servers/start-pinned.ts'

export type ReportOf<Done> = { done: Done } | { failed: string }

// The parent's side; `name` is for what went wrong.
export const askChild = async <Done>(child: Child, name: string, job: object): Promise<Done> => {
  const ended = child.exited.then(() => {
    throw new Error(`${name} ended; it printed: ${child.output()}`)
  })
  const answered = once(child.process, 'message')
  child.process.send(job)
  const [report] = (await Promise.race([answered, ended])) as [ReportOf<Done>]
  if ('failed' in report) throw new Error(`${name} failed: ${report.failed}`)
  return report.done
}

// The child's side.
export const answerJobs = <Job, Done>(answer: (job: Job) => Promise<Done> | Done): void => {
  const report = async (job: Job): Promise<ReportOf<Done>> => {
    try {
      return { done: await answer(job) }
    } catch (error) {
      return { failed: String(error) }
    }
  }
  process.on('message', (job: Job) => {
    void report(job).then((answered) => process.send!(answered))
  })
}
