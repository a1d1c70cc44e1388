// Loaded into a server before its own program: tells the bench ten times a second how much memory it has,
// and when asked how much is left after a collection. Whoever is not the child of a bench, or a thread of
// it, tells nothing.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface MemorySample {
  atMs: number // epoch milliseconds
  rssBytes: number
  heapBytes: number // in use, what can be collected included
  collected: boolean // it can not any more
}

export const COLLECT = 'collect' // the message that asks

const EVERY_MS = 100

const tell = (collected: boolean) => {
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage()
  const sample: MemorySample = { atMs: Date.now(), rssBytes, heapBytes, collected }
  process.send!(sample, undefined, undefined, () => undefined) // the bench may have gone
}

const collect = () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
  setImmediate(() => {
    gc() // what the first has closed
    tell(true)
  })
}

if (process.send !== undefined) {
  setInterval(() => tell(false), EVERY_MS).unref()
  process.on('message', (message) => message === COLLECT && collect())
  process.channel!.unref() // it ends when its own work does
}
