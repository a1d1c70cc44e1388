// Runs as many seeds as are wanted, in as many threads as there are cores, and shows what was broken.
//
//   node test/simulation/search.ts --seeds 100000              a long search, with its rate
//   node test/simulation/search.ts --seeds 5000 --sabotage giveWithoutNumber      a rule taken out
//   node test/simulation/search.ts --from 7 --trace            one seed again, step by step

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Finding, Searched, Span } from './search-thread.ts'
import { type SabotageName, SABOTAGES } from './sabotage.ts'
import { simulate } from './simulate.ts'

export interface SearchThread {
  search(span: Span): Promise<Searched>
  stop(): Promise<unknown>
}

const YOUNG_MB = 64 // a run leaves much behind that nobody needs a moment later

export const startThread = (): SearchThread => {
  const worker = new Worker(new URL('./search-thread.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const search = async (span: Span): Promise<Searched> => {
    worker.postMessage(span)
    const [searched] = (await once(worker, 'message')) as [Searched] // rejects when the thread fails
    return searched
  }
  return { search, stop: () => worker.terminate() }
}

interface Search {
  from: number
  seeds: number
  threads: number
  sabotage: SabotageName | undefined
  findingsMax: number
}

const CHUNK = 250

const searchAll = async (of: Search): Promise<Finding[]> => {
  const { from, seeds, sabotage, findingsMax } = of
  const startedMs = performance.now()
  const found: Finding[] = []
  let [next, done, cpuMs, toldAt] = [from, 0, 0, 0]
  const tell = () => {
    const seconds = (performance.now() - startedMs) / 1000
    const rate = Math.round(done / seconds)
    const own = Math.round((done * 1000) / cpuMs)
    const rates = `${rate} a second, ${rate * 60} a minute; ${own} a second of one core`
    console.log(`${done} seeds in ${seconds.toFixed(0)} s: ${rates}; ${found.length} found`)
  }
  const work = async () => {
    const thread = startThread()
    while (next < from + seeds && found.length < findingsMax) {
      const matches = sabotage ? PROMISE : undefined
      const count = Math.min(CHUNK, from + seeds - next)
      const span = { first: next, seeds: count, sabotage, matches, findingsMax }
      next += span.seeds
      const searched = await thread.search(span)
      for (const finding of searched.findings) console.log(textOf(finding, sabotage))
      found.push(...searched.findings)
      done += searched.done
      cpuMs += searched.cpuMs
      if (performance.now() - toldAt < TELL_EVERY_MS) continue
      toldAt = performance.now()
      tell()
    }
    await thread.stop()
  }
  await Promise.all(Array.from({ length: of.threads }, work))
  tell()
  return found
}

// A rule that is taken out shows when a promise breaks; R2 is a rule itself.
const PROMISE = /^(?!R2)/

const TELL_EVERY_MS = 10_000

const textOf = ({ seed, violations }: Finding, sabotage: SabotageName | undefined) =>
  `seed ${seed}: ${violations.join('; ')}\n  again: ${replayOf(seed, sabotage)}`

export const replayOf = (seed: number, sabotage?: SabotageName): string => {
  const command = `node test/simulation/search.ts --from ${seed} --trace`
  return sabotage ? `${command} --sabotage ${sabotage}` : command
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '10000' },
      threads: { type: 'string', default: String(availableParallelism()) },
      sabotage: { type: 'string' },
      found: { type: 'string' }, // the search ends with so many
      trace: { type: 'boolean', default: false },
    },
  })
  const sabotage = values.sabotage as SabotageName | undefined
  if (sabotage !== undefined && !(sabotage in SABOTAGES)) {
    console.error(`--sabotage: one of ${Object.keys(SABOTAGES).join(', ')}`)
    return 2
  }
  const [from, seeds, threads] = [values.from, values.seeds, values.threads].map(Number)
  if (![from, seeds, threads].every((count) => Number.isSafeInteger(count) && count! > 0)) {
    console.error('--from, --seeds and --threads are whole numbers from 1')
    return 2
  }
  const findingsMax = Number(values.found ?? (sabotage ? 1 : 20))
  const found = values.trace
    ? await trace(from!, sabotage)
    : await searchAll({ from: from!, seeds: seeds!, threads: threads!, sabotage, findingsMax })
  return found.length === 0 ? 0 : 1
}

const trace = async (seed: number, sabotage: SabotageName | undefined): Promise<string[]> => {
  const of = sabotage ? { sabotage: SABOTAGES[sabotage] } : {}
  const violations = await simulate(seed, { ...of, trace: (line) => console.log(line) })
  console.log(violations.length === 0 ? 'nothing is broken' : violations.join('\n'))
  return violations
}

if (import.meta.main) process.exitCode = await main()
