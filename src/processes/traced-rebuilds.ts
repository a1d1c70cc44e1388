// Every rebuild of a sale as a trace of its five steps, made of the calls of the ports. Rebuilds are few:
// none is left out.

import { rebuildTrace } from '../domain/trace.ts'
import type { Ports } from '../ports/ports.ts'
import { newSpanId, type Traces } from './traced.ts'

type RebuildPorts = Pick<Ports, 'ledger' | 'stock'>

interface Running {
  epoch: number
  startedAtMs: number
  beganAtMs: number | undefined // when the engine had begun: the queue is drained from then on
}

type Of = { saleId: string; epoch: number }

export const tracedRebuilds = <Given extends RebuildPorts>(ports: Given, traces: Traces): Given => {
  const running = new Map<string, Running>() // by sale: the latest of each
  const steps = stepsOf(traces)
  return {
    ...ports,
    ledger: tracedLedger(ports.ledger, { running, steps, traces }),
    stock: tracedStock(ports.stock, { running, steps, traces }),
  }
}

type Steps = ReturnType<typeof stepsOf>

const stepsOf = (traces: Traces) => {
  const add = (name: string, of: Of, startedAtMs: number, failed = false) => {
    const { traceId, spanId } = rebuildTrace(of)
    const place = name === 'rebuild' ? { spanId } : { spanId: newSpanId(), parentSpanId: spanId }
    const attributes = { 'seckill.sale': of.saleId, 'seckill.epoch': of.epoch }
    const endedAtMs = traces.nowMs()
    traces.add({ name, traceId, ...place, startedAtMs, endedAtMs, attributes, failed })
  }
  const step = async <Answer>(name: string, of: Of, call: () => Promise<Answer>) => {
    const startedAtMs = traces.nowMs()
    let failed = true
    try {
      const answer = await call()
      failed = false
      return answer
    } finally {
      add(name, of, startedAtMs, failed)
    }
  }
  return { add, step }
}

interface Traced {
  running: Map<string, Running>
  steps: Steps
  traces: Traces
}

const tracedLedger = (
  ledger: Ports['ledger'],
  { running, steps: { add, step }, traces }: Traced,
): Ports['ledger'] => ({
  ...ledger,
  raiseEpoch(at) {
    const of = { saleId: at.saleId, epoch: at.from + 1 }
    running.set(at.saleId, { ...of, startedAtMs: traces.nowMs(), beganAtMs: undefined })
    return step('raise', of, () => ledger.raiseEpoch(at))
  },
  seal(at) {
    const { beganAtMs, epoch } = running.get(at.saleId) ?? {}
    if (beganAtMs !== undefined && epoch === at.epoch) add('drain', at, beganAtMs)
    return step('seal', at, () => ledger.seal(at))
  },
})

const tracedStock = (
  stock: Ports['stock'],
  { running, steps: { add, step }, traces }: Traced,
): Ports['stock'] => ({
  ...stock,
  async begin(at) {
    const begun = await step('begin', at, () => stock.begin(at))
    const known = running.get(at.saleId)
    if (known?.epoch === at.epoch) known.beganAtMs = traces.nowMs()
    return begun
  },
  load: (at) => step('load', at, () => stock.load(at)),
  loadTokens: (at) => step('load', at, () => stock.loadTokens(at)),
  async open(book) {
    const opened = await step('open', book, () => stock.open(book))
    const known = running.get(book.saleId)
    if (known?.epoch === book.epoch) add('rebuild', book, known.startedAtMs)
    running.delete(book.saleId)
    return opened
  },
})
