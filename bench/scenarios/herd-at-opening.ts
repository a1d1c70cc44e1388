// S10: ten times as many attempts as a gateway sustains, within the second of the opening, by buyers who
// come back when they are told to, until they have a final answer. The whole engine is one process on a
// core of its own, embedded. What it sustains is measured just before, once of refusals and once of
// orders: the herd is ten times the one, and ten times the other.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { overTimeOf } from '../report/over-time.ts'
import type { OpenLoopReport } from '../load/open-loop/report.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { type Kind, measureSustained } from './attempt-kinds.ts'
import {
  type Bench,
  buyersOf,
  type Facts,
  type OverTime,
  type Part,
  type Scenario,
} from './scenario.ts'

const CONNECTIONS = 10_000
const TIMES = 10 // the sustained rate
const FOR_MS = 1000
const EARLY_MS = 100 // that the first come before the start
const STOCK_MAX = 1000 // units, and at most one for two of the herd
const TARGET_MS = 3000
const TURNS = { full: 5, quick: 2 }
const USE_FROM = 10 // of buyer ids: each herd is nobody else's

export const herdAtOpening: Scenario = {
  scenario: 'S10',
  what: `a herd at the opening of a sale: ${TIMES} times the sustained rate for a second, and all come back until they have a final answer`,
  connections: CONNECTIONS,
  measure: async (bench) => [
    ...(await measureHerds(bench, 'orders')),
    ...(await measureHerds(bench, 'refusals')),
  ],
}

interface Herd {
  report: OpenLoopReport
  overTime: OverTime
}

const measureHerds = async (bench: Bench, kind: Kind): Promise<Part[]> => {
  await using engine = await startEngine(bench, { tellsMemory: true })
  const sustained = await measureSustained(bench, engine, kind)
  const turns = bench.shrink === 1 ? TURNS.full : TURNS.quick
  const herds: Herd[] = []
  for (let turn = 0; turn < turns; turn += 1)
    herds.push(
      await sendHerd(bench, engine, { attempts: (TIMES * sustained * FOR_MS) / 1000, turn }),
    )
  const facts = { sustainedPerSecond: sustained, ...factsOf(herds.at(-1)!) }
  const of = { herds, facts }
  return [
    partOf(`${kind}: answered`, { ...of, what: ANSWERED(kind), latency: 'firstAnswers' }),
    partOf(`${kind}: final`, { ...of, what: FINAL(kind), latency: 'finalAnswers' }),
  ]
}

const ANSWERED = (kind: Kind) =>
  `p99 from a buyer's first planned attempt to its answer, which is a result or says when to come back; ${TIMES} times the sustained rate of ${kind}`
const FINAL = (kind: Kind) =>
  `p99 from a buyer's first planned attempt to the final answer, what the server told them to wait included; ${TIMES} times the sustained rate of ${kind}`

const partOf = (
  part: string,
  of: {
    herds: Herd[]
    facts: Facts
    what: string
    latency: 'firstAnswers' | 'finalAnswers'
  },
): Part => ({
  part,
  what: of.what,
  target: TARGET_MS,
  bound: 'at-most',
  unit: 'ms',
  facts: of.facts,
  overTime: of.herds.at(-1)!.overTime,
  samples: of.herds.map(({ report }) => {
    const value = report[of.latency]!.p99
    const busy = { engine: undefined, baseline: undefined, generator: report.busyShare }
    return { ratio: value / TARGET_MS, value, baseline: null, busy }
  }),
})

const factsOf = ({ report }: Herd): Facts => {
  const { sent, outcomes, firstAnswers, finalAnswers, late, lateByItself, latestMs } = report
  const { closedAsked, onConnection, unanswered } = report
  const rounded = (of: typeof firstAnswers): Facts =>
    Object.fromEntries(Object.entries(of ?? {}).map(([name, value]) => [name, Math.round(value)]))
  return {
    attempts: sent,
    answers: outcomes,
    answeredMs: rounded(firstAnswers),
    finalMs: rounded(finalAnswers),
    onConnectionMs: rounded(onConnection),
    unitsSold: holders(report),
    closedSockets: closedAsked,
    unanswered,
    late,
    lateByGenerator: lateByItself,
    latestMs: Math.round(latestMs),
  }
}

// For the sale to be made and loaded, and for each buyer's token.
const OPENS_IN_MS = 3000
const OPENS_LATER_MS_PER_BUYER = 0.02 // not so long that connections are closed for their silence
const GIVEN_UP_MS = 60_000

const sendHerd = async (
  bench: Bench,
  engine: Engine,
  of: { attempts: number; turn: number },
): Promise<Herd> => {
  const { attempts: count, turn } = of
  const startsAtMs = Date.now() + OPENS_IN_MS + Math.ceil(count * OPENS_LATER_MS_PER_BUYER)
  const stock = Math.min(STOCK_MAX, Math.floor(count / 2))
  const saleId = await engine.makeSale({ stock, startsAtMs })
  const buyers = buyersOf(bench, { use: USE_FROM + turn, count })
  const crowd = 'herd'
  await bench.generator.build({ crowd, saleId, signingSecret: SIGNING_SECRET, buyers })
  assert(Date.now() < startsAtMs - OPENS_IN_MS / 2, 'the herd is ready before the sale opens')
  const report = await bench.generator.loadInTime({
    crowd,
    port: engine.port,
    from: 0,
    connections: CONNECTIONS,
    beginsAtMs: startsAtMs - EARLY_MS,
    phases: [{ perSecond: (count / FOR_MS) * 1000, forMs: FOR_MS }],
    comesBack: true,
    patienceMs: GIVEN_UP_MS,
    withinMs: GIVEN_UP_MS,
  })
  assert(report.beginsAtMs <= startsAtMs - EARLY_MS + 1, 'all connections are open in time')
  await checkHerd(engine, { report, saleId, startsAtMs, stock })
  const memory = engine.memory()
  const marks = { opens: EARLY_MS / 1000 }
  return { report, overTime: overTimeOf(report, { spans: report.tenths, memory, marks }) }
}

// Whoever was told `busy` with an order id and came back holds that order already. Nobody is counted twice:
// both answers are final.
const holders = ({ outcomes }: OpenLoopReport): number =>
  (outcomes['accepted'] ?? 0) + (outcomes['already-reserved'] ?? 0)

// Of the machine's clock, as two processes read it.
const CLOCK_ERROR_MS = 2

const checkHerd = async (
  engine: Engine,
  of: { report: OpenLoopReport; saleId: string; startsAtMs: number; stock: number },
) => {
  const { report, saleId, startsAtMs, stock } = of
  const { outcomes, firstAcceptedAtMs } = report
  const told = JSON.stringify(outcomes)
  assert.equal(holders(report), stock, `${stock} buyers are told of an order: ${told}`)
  assert(
    (firstAcceptedAtMs ?? 0) >= startsAtMs - CLOCK_ERROR_MS,
    'nothing is sold before the start',
  )
  assert((outcomes['not-started'] ?? 0) > 0, 'some came before the start')
  while ((await engine.inTransit()) > 0) await sleep(20)
  const { live, drift, oversold } = await engine.audit(saleId)
  const books = { live: stock, drift: 0, oversold: 0 }
  assert.deepEqual({ live, drift, oversold }, books, 'all units are sold, each once')
}
