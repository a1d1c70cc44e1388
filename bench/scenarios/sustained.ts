// The highest rate of attempts, planned and not as fast as they are answered, at which p99 stays below
// 50 ms and nothing is shed, dropped or closed. It is searched between a fifth of what the server answers
// when it is never left alone, and all of that.

import type { OpenLoopReport } from '../load/open-loop/report.ts'
import type { Bench } from './scenario.ts'

export interface Attempts {
  port: number
  crowd: string
  buyers: number // in that crowd
  outcome: string // every answer
  after: () => Promise<boolean> // whether what was asked for is also done, in time
}

export const NORMAL_P99_MS = 50

const CONNECTIONS = 256 // of a server that is never left alone
const SATURATED = 60_000 // attempts
const STEP_MS = 3000
const STEPS = 6
const LEAST_SHARE = 0.2

export const sustainedRate = async (bench: Bench, of: Attempts): Promise<number> => {
  const { generator, shrink } = bench
  let from = Math.min(of.buyers, SATURATED) / shrink
  const most = await saturatedRate(bench, of, from)
  let [good, bad] = [0, most]
  let perSecond = most * LEAST_SHARE
  for (let step = 0; step < STEPS; step += 1) {
    let isGood = false
    for (let tries = 0; tries < TRIES && !isGood; tries += 1) {
      const phases = [{ perSecond, forMs: STEP_MS / shrink }]
      const at = { crowd: of.crowd, port: of.port, from: from % of.buyers }
      const report = await generator.loadInTime({ ...LOAD, ...at, phases })
      from += report.sent
      isGood = (await of.after()) && isNormal(report, of.outcome)
    }
    if (isGood) good = perSecond
    else bad = perSecond
    perSecond = (good + bad) / 2
  }
  if (good === 0) throw new Error(`${Math.round(bad)} attempts a second are too many already`)
  return Math.floor(good)
}

// What else the machine does only makes a server slower: a rate is good when it is once.
const TRIES = 3

const LOAD = {
  beginsAtMs: 0, // at once
  connections: 2000,
  comesBack: false,
  patienceMs: 3000,
  withinMs: 10_000,
}

const saturatedRate = async ({ generator }: Bench, of: Attempts, count: number) => {
  const attempts = { crowd: of.crowd, port: of.port, from: 0, count, connections: CONNECTIONS }
  const { startedAtMs, endedAtMs } = await generator.load(attempts)
  await of.after()
  return (count / (endedAtMs - startedAtMs)) * 1000
}

const isNormal = (report: OpenLoopReport, outcome: string): boolean => {
  const { outcomes, firstAnswers, dropped, closedAsked, unanswered, sent } = report
  const isAnswered = outcomes[outcome] === sent && dropped + closedAsked + unanswered === 0
  return isAnswered && firstAnswers !== null && firstAnswers.p99 < NORMAL_P99_MS
}
