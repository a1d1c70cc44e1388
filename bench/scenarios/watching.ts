// What it costs to be watched: what an attempt takes to be counted, how much more one takes where
// a few are traced, and what a look of Prometheus takes of the processor. Counters and wrappers are
// the real ones, as a gateway puts them together; what they are around does nothing.

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { OUTCOMES, type Outcome } from '../../src/domain/attempt.ts'
import { orderIds } from '../../src/domain/ids.ts'
import type { HeldTerms } from '../../src/domain/stock.ts'
import type { AttemptRouteDeps } from '../../src/gateway/attempt-route.ts'
import { type Metrics, metrics as newMetrics } from '../../src/gateway/metrics.ts'
import {
  tracedAnswers,
  tracedGateway,
  tracedWord,
  type Traces,
} from '../../src/processes/traced.ts'
import { watchedAttempts } from '../../src/processes/watched-attempts.ts'
import { makeSqlite, type Sqlite } from '../../test/adapters/sqlite-setup.ts'
import { createSale } from '../load/drive-worker.ts'
import type { Part, Scenario } from './scenario.ts'

const ATTEMPTS = 500_000 // of a turn
const BATCH = 256 // attempts of an engine call
const AT_ONCE = 8 * BATCH // orders that are at hand: an id is looked at just after it was made
const SALES = 20
const LOOKS = 20 // of a turn
const COUNTED_NS_MAX = 1000
const TRACED_NS_MAX = 50

export const watching: Scenario = {
  scenario: 'watching',
  what: 'metrics and traces of a gateway: processor time',
  connections: 0,
  pinned: false,
  async measure({ pairs, shrink }) {
    await using sqlite = await makeSqlite()
    const metrics = newMetrics(sqlite)
    const count = Math.round(ATTEMPTS / shrink)
    const refusals = refusalsOf(count)
    const orders = { count, all: ordersOf(AT_ONCE) }
    const found: Record<'counted' | 'refused' | 'untraced' | 'ordered' | 'looked', number[]> = {
      counted: [],
      refused: [],
      untraced: [],
      ordered: [],
      looked: [],
    }
    for (let turn = -1; turn < pairs; turn += 1) {
      const took = {
        counted: counted(metrics, refusals),
        refused: answeredNs(refusals, USUAL) - answeredNs(refusals, undefined),
        untraced: (await orderedNs(orders, NONE)) - (await orderedNs(orders, undefined)),
        ordered: (await orderedNs(orders, USUAL)) - (await orderedNs(orders, undefined)),
        looked: await lookedUs(metrics, { sqlite, isFirst: turn < 0 }),
      }
      if (turn < 0) continue // what is compiled on the way
      for (const [name, value] of Object.entries(took))
        found[name as keyof typeof found].push(value)
    }
    return [
      partOf('counted', found.counted, {
        what: 'an attempt, counted by outcome, by second and by how long it took',
        target: COUNTED_NS_MAX,
      }),
      partOf('refused', found.refused, {
        what: 'an attempt without an order, one in a thousand of them traced: more than where nobody collects traces',
        target: TRACED_NS_MAX,
      }),
      partOf('ordered, not traced', found.untraced, {
        what: 'an attempt with an order that is not traced: reserve, word and answer together',
        target: TRACED_NS_MAX,
      }),
      partOf('ordered', found.ordered, {
        what: 'an attempt with an order, one in a thousand of them traced: reserve, word and answer together',
        target: null,
      }),
      partOf('a look', found.looked, {
        what: `a look of Prometheus, with ${SALES} sales`,
        target: null,
        unit: 'µs a look',
      }),
    ]
  },
}

const partOf = (
  part: string,
  values: number[],
  { unit = 'ns an attempt', ...of }: { what: string; target: number | null; unit?: string },
): Part => ({
  part,
  ...of,
  bound: 'at-most',
  unit,
  samples: values.map((value) => {
    return { ratio: of.target && value / of.target, value, baseline: null }
  }),
})

// Of this thread: what others take of the core is not in it.
const cpuUs = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

const refusalsOf = (count: number): Outcome[] =>
  Array.from({ length: count }, (_, at) => ({ outcome: REFUSED[at % REFUSED.length]! }))

const REFUSED = OUTCOMES.filter((name) => name === 'sold-out' || name === 'paused')

// As a gateway makes them for many buyers.
const ordersOf = (count: number) => {
  const ids = orderIds(() => ({ nodeId: 7, untilMs: Infinity }), Infinity)
  return Array.from({ length: count }, (_, at) => {
    const buyerId = String(at + 1)
    return { buyerId, orderId: ids(buyerId, Date.now())!, units: 1 }
  })
}

const counted = (metrics: Metrics, outcomes: Outcome[]): number => {
  let latest: Outcome | undefined
  const attempt = watchedAttempts(() => latest!, metrics)
  const startedUs = cpuUs()
  for (const [at, outcome] of outcomes.entries()) {
    latest = outcome
    void attempt(REQUEST)
    metrics.attempted(outcome.outcome, at % 7)
  }
  return ((cpuUs() - startedUs) * 1000) / outcomes.length
}

const REQUEST = {} as Parameters<ReturnType<typeof watchedAttempts>>[0]

const USUAL = 0.001 // of all attempts are traced unless it is said otherwise; all share what they cost
const NONE = 1e-9 // so few that none is met

const tracesOf = (share: number): Traces => ({
  share,
  atHand: new Set(),
  nowMs: Date.now,
  add: () => undefined,
})

type Answered = AttemptRouteDeps['answered']

const answeredNs = (outcomes: Outcome[], share: number | undefined): number => {
  let answers = 0
  const plain: Answered = () => void (answers += 1)
  const answered = share === undefined ? plain : tracedAnswers(plain, tracesOf(share))
  const startedUs = cpuUs()
  for (const outcome of outcomes) answered(outcome, ANSWERED)
  const tookUs = cpuUs() - startedUs
  assert.equal(answers, outcomes.length)
  return (tookUs * 1000) / outcomes.length
}

const ANSWERED = {
  requestId: 'x',
  tookMs: 1,
  request: { headers: {} } as IncomingMessage,
  attempt: undefined,
}

// What there is of ports here is what a gateway asks for an order.
const PORTS = {
  stock: { reserve: () => TAKEN },
  queue: { publish: () => DONE },
} as unknown as Parameters<typeof tracedGateway>[0]

const DONE = Promise.resolve() as Promise<never>
const TAKEN = Promise.resolve({
  answers: Array.from({ length: BATCH }, () => ({ answer: 'taken' })),
})

const orderedNs = async (
  { all, count }: { all: ReturnType<typeof ordersOf>; count: number },
  share: number | undefined,
) => {
  const traces = share === undefined ? undefined : tracesOf(share)
  const { stock } = traces ? tracedGateway(PORTS, traces) : PORTS
  const word = () => DONE
  const giveWord = traces ? tracedWord(word, traces) : word
  const plain: Answered = () => undefined
  const answered = traces ? tracedAnswers(plain, traces) : plain
  const startedUs = cpuUs()
  let done = 0
  for (; done < count; done += BATCH) {
    const at = done % AT_ONCE
    const attempts = all.slice(at, at + BATCH)
    await stock.reserve({ saleId: '1', segments: 1, segment: 0, attempts })
    for (const { orderId } of attempts) {
      const held = { orderId } as HeldTerms
      void giveWord({ saleId: '1', epoch: 1, queued: false, held }, { untilMs: 0 })
      answered({ outcome: 'accepted', orderId, saleId: '1' }, ANSWERED)
    }
  }
  return ((cpuUs() - startedUs) * 1000) / done
}

const lookedUs = async (
  metrics: Metrics,
  { sqlite, isFirst }: { sqlite: Sqlite; isFirst: boolean },
): Promise<number> => {
  if (isFirst) {
    for (let sale = 0; sale < SALES; sale += 1) await createSale(sqlite, { stock: 100 })
    metrics.watchSales(sqlite, { booksFreshMs: 60_000 })
  }
  const startedUs = cpuUs()
  for (let look = 0; look < LOOKS; look += 1) await metrics.registry.metrics()
  return (cpuUs() - startedUs) / LOOKS
}
