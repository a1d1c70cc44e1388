// What many open connections cost a gateway, of which some are silent, some send a byte a second and the
// others ask now and then: its memory for each, what buyers on other connections notice, how soon the slow
// ones are closed, and whether the memory comes back when all are gone. Measured only when asked for.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { askChild } from '../load/ask-child.ts'
import type { ConnectionsJob, ConnectionsReport } from '../load/connections-job.ts'
import type { OpenLoopReport } from '../load/open-loop/report.ts'
import { signedRequest } from '../load/requests.ts'
import { openFilesMax } from '../servers/open-files.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { type Child, startPinned } from '../servers/start-pinned.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { sellOut } from './attempt-kinds.ts'
import { type Bench, buyersOf, type Facts, type Part, type Scenario } from './scenario.ts'

const COUNTS = [10_000, 50_000]
const OTHER_FILES = 1000 // of a process, and connections of others
const PER_HOLDER = 15_000 // connections
const SHARES = { silent: 0.1, slow: 0.1 }
const BUYERS = { perSecond: 1000, connections: 200, count: 5000 } // on other connections
const QUIET_MS = 6000 // that they ask before and after, when nobody else has a connection: all of them
const ALL_ASKED_MS = 6000 // after the opening each of them has asked once
const SLOW_CLOSED_MS = 25_000 // of 15 s, looked for every 5 s
const BACK = 110 // per cent
const USE = { buyers: 20, asking: 21 } // of buyer ids

const WHAT = 'many connections to one gateway: a tenth silent, a tenth with a byte a second'

export const manyConnections: Scenario = {
  scenario: 'connections',
  what: WHAT,
  byName: true,
  async measure(bench) {
    const parts: Part[] = []
    for (const count of possible(bench)) parts.push(...(await measureCount(bench, count)))
    return parts
  },
}

// As many as the system allows a process, where that is less.
const possible = ({ shrink }: Bench): number[] => {
  const most = openFilesMax() - OTHER_FILES
  return [...new Set(COUNTS.map((count) => Math.min(count / shrink, most)))]
}

interface Seen {
  count: number
  before: Memory
  first: Round
  second: Round
}

// All connections opened, looked at and let go.
interface Round {
  open: Memory
  closed: ConnectionsReport
  buyers: OpenLoopReport
  after: Memory
}

interface Memory {
  rss: number // as it was
  live: number // after a collection
  heap: number // of that
}

const measureCount = async (bench: Bench, count: number): Promise<Part[]> => {
  await using engine = await startEngine(bench, { tellsMemory: true })
  const saleId = await engine.makeSale({ stock: 100 })
  const signed = { saleId, signingSecret: SIGNING_SECRET }
  await sellOut(bench, engine, signed)
  const buyers = buyersOf(bench, { use: USE.buyers, count: BUYERS.count })
  await bench.generator.build({ crowd: 'buyers', ...signed, buyers })
  const asking = buyersOf(bench, { use: USE.asking, count: 1 }).first
  const request = signedRequest(signed, asking).toString()
  return partsOf(await watch(bench, { engine, count, request }))
}

const watch = async (
  bench: Bench,
  of: { engine: Engine; count: number; request: string },
): Promise<Seen> => {
  await ask(bench, of.engine, QUIET_MS)
  const before = await memoryOf(of.engine)
  const first = await takeRound(bench, of)
  const second = await takeRound(bench, of)
  return { count: of.count, before, first, second }
}

const takeRound = async (
  bench: Bench,
  of: { engine: Engine; count: number; request: string },
): Promise<Round> => {
  const { engine, count, request } = of
  const holders = startHolders(bench, count)
  try {
    const asked = ask(bench, engine, ALL_ASKED_MS + SLOW_CLOSED_MS)
    await holders.all((part) => openJob(part, { port: engine.port, request }))
    await sleep(ALL_ASKED_MS)
    const open = await memoryOf(engine)
    const buyers = await asked
    const closed = await holders.all(() => ({ job: 'look' }))
    await holders.all(() => ({ job: 'let-go' }))
    await ask(bench, engine, QUIET_MS)
    return { open, closed, buyers, after: await memoryOf(engine) }
  } finally {
    await holders.stop()
  }
}

// Those of other buyers, a thousand a second.
const ask = (bench: Bench, { port }: Engine, forMs: number): Promise<OpenLoopReport> =>
  bench.generator.loadInTime({
    crowd: 'buyers',
    port,
    from: 0,
    connections: BUYERS.connections,
    beginsAtMs: 0,
    phases: [{ perSecond: BUYERS.perSecond, forMs }],
    comesBack: false,
    patienceMs: 10_000,
    withinMs: 10_000,
  })

// What it has, and how much of that is left when everything is collected that can be.
const memoryOf = async (engine: Engine): Promise<Memory> => {
  const { rssBytes: rss } = engine.memory().at(-1)!
  const { rssBytes: live, heapBytes: heap } = await engine.collected()
  return { rss, live, heap }
}

const openJob = (
  part: number,
  { port, request }: { port: number; request: string },
): ConnectionsJob => {
  const silent = Math.round(part * SHARES.silent)
  const slow = Math.round(part * SHARES.slow)
  return { job: 'open', port, request, silent, slow, asking: part - silent - slow }
}

const PROGRAM = join(import.meta.dirname, '../load/connections-holder.ts')

const startHolders = ({ cores }: Bench, count: number) => {
  const number = Math.ceil(count / PER_HOLDER)
  const children: Child[] = Array.from({ length: number }, () =>
    startPinned([PROGRAM], { core: cores.generator }),
  )
  const partAt = (at: number) => Math.floor((count + number - 1 - at) / number)
  return {
    async all(job: (part: number) => ConnectionsJob): Promise<ConnectionsReport> {
      const reports = children.map((child, at) =>
        askChild<ConnectionsReport>(child, 'a holder of connections', job(partAt(at))),
      )
      return (await Promise.all(reports)).reduce(added)
    },
    async stop() {
      await Promise.all(children.map((child) => child.stop()))
    },
  }
}

const added = (one: ConnectionsReport, other: ConnectionsReport): ConnectionsReport => ({
  open: one.open + other.open,
  asked: one.asked + other.asked,
  answered: one.answered + other.answered,
  closed: {
    silent: one.closed.silent + other.closed.silent,
    slow: one.closed.slow + other.closed.slow,
    asking: one.closed.asking + other.closed.asking,
  },
  closedAfterMs: {
    silent: Math.max(one.closedAfterMs.silent, other.closedAfterMs.silent),
    slow: Math.max(one.closedAfterMs.slow, other.closedAfterMs.slow),
  },
})

const ANSWERED_MS = 3000
const CLOSED_MS = 21_000 // 15 s, what is late is looked for every 5 s, and that takes a moment

const partsOf = (seen: Seen): Part[] => {
  const { count, before, first, second } = seen
  const facts = factsOf(seen)
  const of = (part: string, what: string, value: number, unit: string, target?: number) =>
    figure(`${count}: ${part}`, { what, value, unit, target: target ?? null, facts })
  const each = (what: keyof Memory) => (first.open[what] - before[what]) / count
  const closedAfterMs = [first, second].flatMap(({ closed }) => Object.values(closed.closedAfterMs))
  const p99 = Math.max(first.buyers.firstAnswers!.p99, second.buyers.firstAnswers!.p99)
  const heap = (first.after.heap / before.heap) * 100
  const again = (second.after.live / first.after.live) * 100
  return [
    of('memory', 'of the gateway for each open connection', each('live'), 'bytes'),
    of('heap', 'of that in the JavaScript heap', each('heap'), 'bytes'),
    of('buyers', ON_OTHERS, p99, 'ms', ANSWERED_MS),
    of('closed', UNFINISHED, Math.max(...closedAfterMs), 'ms', CLOSED_MS),
    of('heap afterwards', 'when all are gone, by what it was before', heap, '%', BACK),
    of('memory afterwards', AGAIN, again, '%', BACK),
  ]
}

const ON_OTHERS = `p99 of ${BUYERS.perSecond} attempts a second on other connections meanwhile`
const UNFINISHED = 'the longest that a connection was kept which did not finish its first request'
const AGAIN =
  'when all have come and gone twice, by what it was when they had once: what the allocators keep for the next is no leak'

const figure = (
  part: string,
  of: { what: string; target: number | null; unit: string; value: number; facts: Facts },
): Part => {
  const { value, target, ...rest } = of
  const sample = { ratio: target && value / target, value, baseline: null }
  return { part, ...rest, target, bound: 'at-most', samples: [sample] }
}

const factsOf = ({ before, first, second }: Seen): Facts => {
  const { closed, buyers } = first
  const times = {
    before,
    open: first.open,
    afterwards: first.after,
    'open again': second.open,
    'afterwards again': second.after,
  }
  return {
    memoryMiB: mebibytes(times, 'rss'),
    collectedMiB: mebibytes(times, 'live'),
    heapMiB: mebibytes(times, 'heap'),
    closed: closed.closed,
    askedOnThem: closed.asked,
    answeredOnThem: closed.answered,
    buyersAnswers: buyers.outcomes,
    buyersUnanswered: buyers.unanswered + buyers.closedAsked,
  }
}

const mebibytes = (times: Record<string, Memory>, what: keyof Memory): Facts =>
  Object.fromEntries(
    Object.entries(times).map(([name, memory]) => [name, Math.round(memory[what] / 2 ** 20)]),
  )
