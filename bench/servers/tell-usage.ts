// Loaded into a server before its own program: at each SIGUSR2 it collects what can be collected, and then
// adds a line to the file of TELL_USAGE_TO with what it still holds.

import { appendFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface ToldUsage {
  heapBytes: number // after the collection
  rssBytes: number
  resources: Record<string, number> // what keeps the process awake, by kind
}

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const file = process.env.TELL_USAGE_TO

const tell = (to: string) => {
  gc()
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const told: ToldUsage = { heapBytes, rssBytes, resources }
  appendFileSync(to, `${JSON.stringify(told)}\n`)
}

if (file !== undefined)
  process.on('SIGUSR2', () => {
    gc()
    setImmediate(() => tell(file)) // when what the first has closed is closed
  })
