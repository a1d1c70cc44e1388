// Collects what arrives while a call is out and sends it with the next one. A lone item waits for
// nobody; under load the batches grow by themselves. It never holds more than `queueMax` items, takes
// none while the first in line has waited for longer than `waitMsMax`, sends none that has, and never
// has more than `callsMax` calls out. So however slow the calls are, nobody waits for long.

import { EngineError } from '../domain/errors.ts'

export interface BatcherOptions<In, Out> {
  decide: (batch: In[]) => Promise<Out[]> // one answer per item, in order
  batchMax: number
  callsMax: number
  queueMax: number
  waitMsMax: number
  nowMs: () => number
}

export interface Batcher<In, Out> {
  // Undefined: full. Rejects as the call does, and with NOT_SENT when there was none in time.
  add(item: In): Promise<Out> | undefined
}

interface Waiting<In, Out> {
  item: In
  addedAtMs: number
  resolve: (answer: Out) => void
  reject: (error: unknown) => void
}

export const batcher = <In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> => {
  const { decide, batchMax, callsMax, queueMax, waitMsMax, nowMs } = options
  let queue: Waiting<In, Out>[] = []
  let calls = 0

  const call = async (batch: Waiting<In, Out>[]) => {
    try {
      const answers = await decide(batch.map(({ item }) => item))
      for (const [at, waiting] of batch.entries()) waiting.resolve(answers[at]!)
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
    calls -= 1
    flush()
  }

  // They come in order, so the first that has not waited for too long is followed by none that has.
  const refuseLate = () => {
    const late = nowMs() - waitMsMax
    const inTime = queue.findIndex(({ addedAtMs }) => addedAtMs >= late)
    if (inTime === 0) return
    const waited = inTime < 0 ? queue : queue.slice(0, inTime)
    queue = inTime < 0 ? [] : queue.slice(inTime)
    for (const { reject } of waited) reject(new EngineError('NOT_SENT'))
  }

  const flush = () => {
    if (queue.length === 0 || calls >= callsMax) return
    refuseLate()
    if (queue.length === 0) return
    const batch = queue.length <= batchMax ? queue : queue.slice(0, batchMax)
    queue = queue.length <= batchMax ? [] : queue.slice(batchMax)
    calls += 1
    void call(batch) // never rejects: whoever waits for an item is told instead
  }

  return {
    add(item) {
      const addedAtMs = nowMs()
      const [first] = queue
      if (queue.length >= queueMax || (first && addedAtMs - first.addedAtMs > waitMsMax))
        return undefined
      const { promise, resolve, reject } = Promise.withResolvers<Out>()
      queue.push({ item, addedAtMs, resolve, reject })
      flush()
      return promise
    },
  }
}
