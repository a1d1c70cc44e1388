// Runs seeds, one after the other, in a thread of its own: the test runner watches every promise of its
// thread, which makes a run four times slower.

import { isMainThread, parentPort } from 'node:worker_threads'
import { type SabotageName, SABOTAGES } from './sabotage.ts'
import { simulate } from './simulate.ts'
import { useLightSignals } from './light-signals.ts'

export interface Span {
  first: number // seed
  seeds: number
  sabotage?: SabotageName | undefined
  matches?: RegExp | undefined // what must be broken to count; anything if not given
  findingsMax: number // it stops early when there are so many
}

export interface Finding {
  seed: number
  violations: string[]
}

export interface Searched {
  findings: Finding[]
  done: number // seeds
  cpuMs: number // of the thread
}

const run = async (span: Span): Promise<Searched> => {
  const { first, seeds, sabotage, matches = /./, findingsMax } = span
  const before = process.threadCpuUsage()
  const findings: Finding[] = []
  let done = 0
  for (; done < seeds && findings.length < findingsMax; done++) {
    const seed = first + done
    const violations = await simulate(seed, sabotage ? { sabotage: SABOTAGES[sabotage] } : {})
    if (violations.some((what) => matches.test(what))) findings.push({ seed, violations })
  }
  const { user, system } = process.threadCpuUsage(before)
  return { findings, done, cpuMs: (user + system) / 1000 }
}

if (!isMainThread) {
  Error.stackTraceLimit = 0 // thousands fail in every run, and nobody looks where
  useLightSignals()
  const port = parentPort!
  port.on('message', (span: Span) => {
    void run(span).then((searched) => port.postMessage(searched))
  })
}
