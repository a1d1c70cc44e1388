// Collects what arrives while a call is out and sends it with the next one. A lone item waits for
// nobody; under load the batches grow by themselves. It never holds more than `queueMax` items, and
// never more than `callsMax` calls are out.

export interface BatcherOptions<In, Out> {
  decide: (batch: In[]) => Promise<Out[]> // one answer per item, in order
  batchMax: number
  callsMax: number
  queueMax: number
}

export interface Batcher<In, Out> {
  add(item: In): Promise<Out> | undefined // undefined: full
}

interface Waiting<In, Out> {
  item: In
  resolve: (answer: Out) => void
  reject: (error: unknown) => void
}

export const batcher = <In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> => {
  const { decide, batchMax, callsMax, queueMax } = options
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

  const flush = () => {
    if (queue.length === 0 || calls >= callsMax) return
    const batch = queue.length <= batchMax ? queue : queue.slice(0, batchMax)
    queue = queue.length <= batchMax ? [] : queue.slice(batchMax)
    calls += 1
    void call(batch) // never rejects: whoever waits for an item is told instead
  }

  return {
    add(item) {
      if (queue.length >= queueMax) return undefined
      const { promise, resolve, reject } = Promise.withResolvers<Out>()
      queue.push({ item, resolve, reject })
      flush()
      return promise
    },
  }
}
