// The model of `seckill plan --simulate` beside the real thing: one gateway process that has a core together with
// Redis, and a herd that it cannot answer at once. What an attempt costs is measured just before each herd,
// under a load of another kind (as fast as answered), by processor time. That, and which share of its core
// the process had in the herd, is all that the model is told of this machine.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { simulate, type Simulated } from '../../src/plan/simulation/simulate.ts'
import type { OpenLoopReport } from '../load/open-loop/report.ts'
import { cpuTimeMs } from '../servers/cpu-time.ts'
import { operator } from '../servers/operator.ts'
import type { Engine } from '../servers/start-engine.ts'
import { SIGNING_SECRET, startProgram } from '../servers/start-program.ts'
import { startBenchRedis } from '../servers/start-redis.ts'
import { funnelHere } from './funnel-here.ts'
import {
  type Bench,
  buyersOf,
  type Facts,
  type Part,
  type Sample,
  type Scenario,
} from './scenario.ts'

const CONNECTIONS = 1000
const WINNERS_MAX = 2000
const TURNS = { full: 5, quick: 3 }
const COUNT = { refused: 20_000, asked: 20_000, accepted: 5000, herd: 40_000 }
const UNITS = 1000 // of the herd's sale
// Units that are sold before, and what is left then.
const SOLD = { refused: 1000, asked: WINNERS_MAX + 500, accepted: 1000, herd: 1000 }
const LEFT = { refused: 0, asked: 0, accepted: 1_000_000, herd: UNITS }
const HERD_MS = 1000
const STEADY_MS = 2000
const STEADY_SHARE = 0.4 // of what it refuses

type Kind = 'refused' | 'asked' | 'accepted'

export const simulation: Scenario = {
  scenario: 'simulation',
  what: 'the model of the planner beside a real herd: one gateway process on a core, Redis, all come back until they have a final answer',
  connections: CONNECTIONS,
  async measure(bench) {
    await using redis = await startBenchRedis(bench.cores.server)
    const settings = {
      SECKILL_STOCK_URL: redis.url,
      SECKILL_WINNERS_MAX: String(WINNERS_MAX),
    }
    const core = bench.cores.server
    await using program = await startProgram({ command: 'start', settings, core })
    const engine: Engine = { ...program, ...operator(program.url) }
    const crowds = crowdsOf(bench, engine)
    const turns: Turn[] = []
    const count = bench.shrink === 1 ? TURNS.full : TURNS.quick
    await measureCosts(engine, bench, crowds) // warm-up
    for (let turn = 0; turn < count; turn += 1) turns.push(await takeTurn(bench, engine, crowds))
    return [...costParts(turns), ...errorParts(turns)]
  },
}

// Attempts by a second of the process's own time.
type Costs = Record<Kind, number>

interface Phase {
  perSecond: number
  forMs: number
}

interface Beside {
  real: OpenLoopReport
  model: Simulated
  share: number // of the core that the process had while it had something to do
}

interface Turn {
  costs: Costs
  herd: Beside
  steady: Beside
}

interface Crowd {
  crowd: string
  saleId: string
  from: number // of the requests: those before have bought
  count: number
}

type Crowds = (kind: keyof typeof SOLD, count: number) => Promise<Crowd>

const USE_FROM = 20 // of buyer ids: nobody comes twice
const OPENING_PER_SECOND = 2000

// A new sale, whose first units are sold already, so that it is open; and buyers who were never there.
const crowdsOf = (bench: Bench, engine: Engine): Crowds => {
  let use = USE_FROM
  return async (kind, count) => {
    const from = SOLD[kind]
    const saleId = await engine.makeSale({ stock: from + LEFT[kind] })
    const buyers = buyersOf(bench, { use: (use += 1), count: from + count })
    await bench.generator.build({ crowd: kind, saleId, signingSecret: SIGNING_SECRET, buyers })
    const first = { crowd: kind, from: 0, connections: CONNECTIONS, beginsAtMs: 0 }
    const { outcomes } = await bench.generator.loadInTime({
      ...first,
      ...PATIENTLY,
      port: engine.port,
      phases: [{ perSecond: OPENING_PER_SECOND, forMs: (from / OPENING_PER_SECOND) * 1000 }],
    })
    assert.equal((outcomes['accepted'] ?? 0) + (outcomes['already-reserved'] ?? 0), from)
    await untilRecorded(engine)
    return { crowd: kind, saleId, from, count }
  }
}

const PATIENTLY = { comesBack: true, patienceMs: 60_000, withinMs: 60_000 }

const takeTurn = async (bench: Bench, engine: Engine, crowds: Crowds): Promise<Turn> => {
  const costs = await measureCosts(engine, bench, crowds)
  const perSecond = STEADY_SHARE * costs.refused
  const beside = async (phase: Phase, coreShare?: number) => {
    const buyers = Math.round((phase.perSecond * phase.forMs) / 1000)
    const crowd = await crowds('herd', buyers)
    const { report: real, share } = await load(bench, engine, { ...crowd, phase })
    const told = { buyers, units: UNITS, forMs: phase.forMs, seed: bench.seed }
    const here = { ...told, connections: CONNECTIONS, winnersMax: WINNERS_MAX }
    const has = coreShare ?? share
    const rates = Object.entries(costs).map(([kind, rate]) => [kind, rate * has])
    const model = simulate(funnelHere({ ...here, perSecond: Object.fromEntries(rates) as Costs }))
    return { real, model, share: has }
  }
  const herd = await beside({ perSecond: (COUNT.herd / HERD_MS) * 1000, forMs: HERD_MS })
  const steady = await beside({ perSecond: perSecond * herd.share, forMs: STEADY_MS }, herd.share)
  return { costs, herd, steady }
}

const measureCosts = async (engine: Engine, bench: Bench, crowds: Crowds): Promise<Costs> => ({
  refused: await measureCost(engine, bench, await crowds('refused', COUNT.refused)),
  asked: await measureCost(engine, bench, await crowds('asked', COUNT.asked)),
  accepted: await measureCost(engine, bench, await crowds('accepted', COUNT.accepted)),
})

const STATUSES: Record<string, number> = { refused: 409, asked: 409, accepted: 202 }

const measureCost = async (engine: Engine, bench: Bench, of: Crowd): Promise<number> => {
  const { crowd, from, count } = of
  const at = { crowd, from, count, port: engine.port, connections: CONNECTIONS }
  const { report, usedMs } = await usedBy(engine, () => bench.generator.load(at))
  assert.deepEqual(report.statuses, { [STATUSES[crowd]!]: count })
  await untilRecorded(engine)
  return (count / usedMs) * 1000
}

const usedBy = async <Report>(engine: Engine, run: () => Promise<Report>) => {
  const usedMs = () => cpuTimeMs(engine.processId) ?? NaN
  const before = usedMs()
  const report = await run()
  return { report, usedMs: usedMs() - before }
}

const untilRecorded = async (engine: Engine) => {
  while ((await engine.inTransit()) > 0) await sleep(20)
}

const load = async (
  bench: Bench,
  engine: Engine,
  { crowd, saleId, from, count, phase }: Crowd & { phase: Phase },
) => {
  const all = { crowd, from, connections: CONNECTIONS, beginsAtMs: 0, phases: [phase] }
  const { report, usedMs } = await usedBy(engine, () =>
    bench.generator.loadInTime({ ...all, ...PATIENTLY, port: engine.port }),
  )
  await untilRecorded(engine)
  const { live, oversold } = await engine.audit(saleId)
  const told = JSON.stringify({ ...report.outcomes, closed: report.closedAsked })
  const sold = SOLD.herd + Math.min(UNITS, count)
  assert.deepEqual({ live, oversold }, { live: sold, oversold: 0 }, told)
  assert.equal(report.closedAsked + report.unanswered, 0, `every attempt is answered: ${told}`)
  // It has something to do until the last are answered; some wait longer, for what they were told.
  const doneMs = phase.forMs + report.finalAnswers!.p99
  const share = Math.min(1, usedMs / doneMs)
  return { report, share }
}

const SAID: Record<Kind, string> = {
  refused: 'sold out from memory, each token verified',
  asked: 'sold out by Redis: more winners than a memory holds; each token verified',
  accepted: 'accepted and recorded by the same process',
}

const costParts = (turns: Turn[]): Part[] =>
  (['refused', 'asked', 'accepted'] as const).map((kind) => ({
    part: kind,
    what: `${SAID[kind]}: by the processor time of the process`,
    target: null,
    unit: 'attempts/s',
    samples: turns.map(({ costs }) => sampleOf(costs[kind])),
  }))

const sampleOf = (value: number): Sample => ({ ratio: null, value, baseline: null })

// One pair of figures of the real run and of the model.
type Pair = (of: Turn) => { real: number; model: number }

const herdAt =
  (at: 'p50' | 'p99'): Pair =>
  ({ herd: { real, model } }) => ({
    real: real.finalAnswers![at],
    model: model.finalAnswerMs![at],
  })

const answeredPerSecond: Pair = ({ herd: { real, model } }) => ({
  real: (COUNT.herd / (real.endedAtMs - real.beginsAtMs)) * 1000,
  model: (COUNT.herd / model.endedAfterMs) * 1000,
})

const steadyAt =
  (at: 'p50' | 'p99'): Pair =>
  ({ steady: { real, model } }) => ({
    real: real.finalAnswers![at],
    model: model.finalAnswerMs![at],
  })

const errorParts = (turns: Turn[]): Part[] => [
  errorPart(turns, 'herd: p50', herdAt('p50')),
  errorPart(turns, 'herd: p99', herdAt('p99')),
  errorPart(turns, 'herd: answered/s', answeredPerSecond),
  lackPart(turns, 'steady: p50', steadyAt('p50')),
  lackPart(turns, 'steady: p99', steadyAt('p99')),
]

const PERCENT = 100

const errorPart = (turns: Turn[], part: string, pair: Pair): Part => ({
  part,
  what: `how far the model is from the real run; ${COUNT.herd} buyers within ${HERD_MS / 1000} s`,
  target: null,
  bound: 'at-most',
  unit: '% of the real one',
  facts: factsOf(turns, pair),
  samples: turns.map((turn) => {
    const { real, model } = pair(turn)
    return sampleOf(Math.abs(model / real - 1) * PERCENT)
  }),
})

// Where no line forms the model knows only the work itself, and not what else a machine does.
const lackPart = (turns: Turn[], part: string, pair: Pair): Part => ({
  part,
  what: `what the model lacks of the real time, at ${STEADY_SHARE * PERCENT} % of what the gateway refuses`,
  target: null,
  unit: 'µs',
  facts: factsOf(turns, pair),
  samples: turns.map((turn) => {
    const { real, model } = pair(turn)
    return sampleOf((real - model) * 1000)
  }),
})

const factsOf = (turns: Turn[], pair: Pair): Facts =>
  Object.fromEntries(
    turns.map((turn, at) => {
      const { real, model } = pair(turn)
      return [`turn ${at + 1}`, { real: rounded(real), model: rounded(model) }]
    }),
  )

const rounded = (value: number) => Number(value.toPrecision(4))
