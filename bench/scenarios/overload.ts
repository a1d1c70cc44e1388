// S11: twice as many attempts as a gateway sustains for a minute, and then four fifths of what it sustains:
// how long it takes until it is as if nothing had been. The whole engine is one process on a core of its
// own, embedded; the sale is sold out. Nobody comes back, so that twice stays twice; who finds all
// connections taken is dropped at once, as an edge would.

import type { OpenLoopReport, Span } from '../load/open-loop/report.ts'
import { overTimeOf } from '../report/over-time.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { measureSustained } from './attempt-kinds.ts'
import type { Bench, Facts, OverTime, Part, Scenario } from './scenario.ts'
import { NORMAL_P99_MS } from './sustained.ts'

const CONNECTIONS = 10_000
const OVERLOAD = { share: 2, forMs: 60_000, quickMs: 10_000 }
const AFTERWARDS = { share: 0.8, forMs: 20_000 }
const NORMAL_IN_A_ROW = 3 // seconds
const TARGET_MS = 10_000
const TURNS = { full: 5, quick: 1 }

const WHAT =
  'from the end of an overload of twice the sustained rate until p99 of a second is below 50 ms and nothing is shed or dropped, for three seconds in a row; meanwhile four fifths of the sustained rate come'

export const overload: Scenario = {
  scenario: 'S11',
  what: WHAT,
  connections: CONNECTIONS,
  async measure(bench) {
    await using engine = await startEngine(bench, { tellsMemory: true })
    const sustained = await measureSustained(bench, engine, 'refusals')
    const turns: Turn[] = []
    const count = bench.shrink === 1 ? TURNS.full : TURNS.quick
    for (let turn = 0; turn < count; turn += 1) turns.push(await takeTurn(bench, engine, sustained))
    return [partOf(turns, sustained)]
  },
}

interface Turn {
  report: OpenLoopReport
  overloadMs: number
  recoveredMs: number
  overTime: OverTime
}

const takeTurn = async (bench: Bench, engine: Engine, sustained: number): Promise<Turn> => {
  const overloadMs = bench.shrink === 1 ? OVERLOAD.forMs : OVERLOAD.quickMs
  const report = await bench.generator.loadInTime({
    crowd: 'refusals',
    port: engine.port,
    from: 0,
    connections: CONNECTIONS,
    beginsAtMs: 0,
    phases: [
      { perSecond: OVERLOAD.share * sustained, forMs: overloadMs },
      { perSecond: AFTERWARDS.share * sustained, forMs: AFTERWARDS.forMs },
    ],
    comesBack: false,
    patienceMs: 0,
    withinMs: 10_000,
  })
  const marks = { 'overload ends': overloadMs / 1000 }
  const overTime = overTimeOf(report, { spans: report.seconds, memory: engine.memory(), marks })
  return { report, overloadMs, recoveredMs: recovered(report.seconds, overloadMs), overTime }
}

// As long as it was watched, when it did not recover.
const recovered = (seconds: Span[], overloadMs: number): number => {
  const after = seconds.filter(({ fromMs }) => fromMs >= overloadMs)
  const watched = after.slice(0, AFTERWARDS.forMs / 1000)
  const at = watched.findIndex((_, from) => {
    const some = watched.slice(from, from + NORMAL_IN_A_ROW)
    return some.length === NORMAL_IN_A_ROW && some.every(isNormal)
  })
  return at < 0 ? AFTERWARDS.forMs : at * 1000
}

const isNormal = ({ outcomes, p99 }: Span): boolean =>
  p99 !== null && p99 < NORMAL_P99_MS && Object.keys(outcomes).join() === 'sold-out'

const partOf = (turns: Turn[], sustained: number): Part => {
  const last = turns.at(-1)!
  return {
    part: 'recovered',
    what: WHAT,
    target: TARGET_MS,
    bound: 'at-most',
    unit: 'ms',
    facts: { sustainedPerSecond: sustained, ...factsOf(last) },
    overTime: last.overTime,
    samples: turns.map(({ report, recoveredMs: value }) => ({
      ratio: value / TARGET_MS,
      value,
      baseline: null,
      busy: { engine: undefined, baseline: undefined, generator: report.busyShare },
    })),
  }
}

const factsOf = ({ report, overloadMs, overTime }: Turn): Facts => {
  const during = report.seconds.filter(({ fromMs }) => fromMs < overloadMs)
  const rate = (names: (name: string) => boolean) => {
    const counts = during.flatMap(({ outcomes }) => Object.entries(outcomes))
    const sum = counts.filter(([name]) => names(name)).reduce((all, [, count]) => all + count, 0)
    return Math.round((sum / overloadMs) * 1000)
  }
  const { rssMiB } = overTime.memory
  const { max = 0, p99 = 0 } = report.onConnection ?? {}
  return {
    answeredPerSecond: rate((name) => name !== 'dropped'),
    shedPerSecond: rate((name) => name === 'busy'),
    droppedPerSecond: rate((name) => name === 'dropped'), // no connection was free
    onConnectionMs: { p99: Math.round(p99), max: Math.round(max) },
    closedSockets: report.closedAsked,
    lateByGenerator: report.lateByItself,
    rssMiB: { first: rssMiB.at(0) ?? null, most: Math.max(...rssMiB), last: rssMiB.at(-1) ?? null },
  }
}
