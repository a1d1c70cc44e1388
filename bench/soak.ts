// npm run soak -- --minutes 30 [--cluster]: whether a server that works for long holds more and more. It
// has 70 % of the rate that it sustains, measured just before; what it holds after a collection is looked
// at every ten seconds, and the last quarter of the time is compared with the second.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { OpenLoopReport } from './load/open-loop/report.ts'
import { startVisitors } from './load/soak/start-visitors.ts'
import type { VisitorsReport } from './load/soak/visitors-job.ts'
import { type Generator, startGenerator } from './load/start-generator.ts'
import { circumstances } from './report/circumstances.ts'
import { overTimePlot } from './report/over-time-plot.ts'
import { overTimeOf } from './report/over-time.ts'
import { GROWS_MAX, type Quarters, quartersOf } from './report/quarters.ts'
import { measureSustained } from './scenarios/attempt-kinds.ts'
import type { Bench, OverTime } from './scenarios/scenario.ts'
import { watchShares } from './servers/cpu-time.ts'
import { ADMIN_KEY } from './servers/operator.ts'
import { cores as availableCores } from './servers/start-pinned.ts'
import { type Soaked, startSoaked } from './servers/start-soaked.ts'
import type { Usage } from './servers/watch-usage.ts'

const { values: asked } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    cluster: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
})

const SHARE = 0.7
const CONNECTIONS = 1000
const VISITS_PER_SECOND = 50
const NEW_SALE_EVERY_MS = 15_000
const SAMPLE_EVERY_MS = 10_000
const SAMPLES_MIN = 8 // two of each quarter
const COMPARED = ['heapMiB', 'handles', 'connections'] as const
const SHOWN = ['rssMiB', 'files'] as const

interface Soak {
  sustained: number
  samples: Record<string, Usage>[]
  crowd: OpenLoopReport
  visitors: VisitorsReport
  shares: Record<string, number> // of one core, by process
}

const soak = async (forMs: number): Promise<Soak> => {
  const cores = availableCores()
  await using soaked = await startSoaked(cores, { onCluster: asked.cluster })
  await using generator = startGenerator(cores)
  await using visitors = startVisitors(cores)
  const seed = Number(asked.seed)
  const bench: Bench = { cores, generator, pairs: 1, shrink: 2, connections: CONNECTIONS, seed }
  const sustained = await measureSustained(bench, soaked.engine, 'refusals')
  console.log(
    `sustained: ${sustained} refusals a second; ${SHARE} of it for ${forMs / 60_000} minutes`,
  )
  const { url } = soaked.engine
  const visits = { perSecond: VISITS_PER_SECOND, newSaleEveryMs: NEW_SALE_EVERY_MS }
  const shares = watchShares(soaked.processIds)
  const [crowd, visited, samples] = await Promise.all([
    attemptFor(forMs, { generator, perSecond: SHARE * sustained, port: soaked.engine.port }),
    visitors.visit({ url, adminKey: ADMIN_KEY, forMs, seed, ...visits }),
    sampleFor(forMs, soaked),
  ])
  return { sustained, samples, crowd, visitors: visited, shares: shares() }
}

// The crowd of refusals that the sustained rate was measured with: more buyers than tokens are remembered.
const attemptFor = (
  forMs: number,
  { generator, perSecond, port }: { generator: Generator; perSecond: number; port: number },
): Promise<OpenLoopReport> =>
  generator.loadInTime({
    crowd: 'refusals',
    port,
    from: 0,
    connections: CONNECTIONS,
    beginsAtMs: 0,
    phases: [{ perSecond, forMs }],
    comesBack: false,
    patienceMs: 1000,
    withinMs: 10_000,
  })

const sampleFor = async (forMs: number, { usage }: Soaked): Promise<Soak['samples']> => {
  const samples: Soak['samples'] = []
  const beganMs = performance.now()
  for (let at = 1; at * SAMPLE_EVERY_MS <= forMs; at += 1) {
    await sleep(beganMs + at * SAMPLE_EVERY_MS - performance.now())
    samples.push(await usage())
  }
  return samples
}

const overTimeOfSoak = ({ crowd, samples }: Soak, name: string): OverTime => {
  const memory = samples.map((sample) => {
    const { atMs, heapMiB, rssMiB } = sample[name]!
    return { atMs, rssBytes: rssMiB * 2 ** 20, heapBytes: heapMiB * 2 ** 20, collected: true }
  })
  return overTimeOf(crowd, { spans: spansOf(crowd.seconds), memory, marks: {} })
}

const SPANS_MAX = 120

// A long soak has more seconds than a picture has room for.
const spansOf = (seconds: OpenLoopReport['seconds']) => {
  const every = Math.ceil(seconds.length / SPANS_MAX)
  return Array.from({ length: Math.ceil(seconds.length / every) }, (_, at) => {
    const some = seconds.slice(at * every, (at + 1) * every)
    const outcomes: Record<string, number> = {}
    for (const one of some)
      for (const [name, count] of Object.entries(one.outcomes))
        outcomes[name] = (outcomes[name] ?? 0) + count
    const most = (what: 'p50' | 'p99') => Math.max(...some.map((one) => one[what] ?? 0))
    return { fromMs: some[0]!.fromMs, outcomes, p50: most('p50'), p99: most('p99') }
  })
}

type Figure = (typeof COMPARED)[number] | (typeof SHOWN)[number]

const compare = (samples: Soak['samples'], name: string): Record<Figure, Quarters> => {
  const of = (figure: Figure) =>
    quartersOf(
      samples.map((sample) => sample[name]![figure]),
      figure.endsWith('MiB') ? 'amounts' : 'ones',
    )
  return Object.fromEntries(
    [...COMPARED, ...SHOWN].map((figure) => [figure, of(figure)]),
  ) as Record<Figure, Quarters>
}

const resultOf = (run: Soak, minutes: number) => {
  const { crowd, visitors, samples, shares, sustained } = run
  const names = Object.keys(samples[0]!)
  const quarters = Object.fromEntries(names.map((name) => [name, compare(samples, name)]))
  const met = names.every((name) => COMPARED.every((figure) => quarters[name]![figure].met))
  const { sent, dropped, late, lateByItself, closedAsked, unanswered, busyShare } = crowd
  return {
    scenario: asked.cluster ? 'soak-cluster' : 'soak',
    what: 'heap after a collection, handles and connections: the last quarter by the second',
    target: 1 + GROWS_MAX,
    ratio: Math.max(...names.flatMap((name) => COMPARED.map((one) => quarters[name]![one].ratio))),
    met,
    minutes,
    sustainedPerSecond: sustained, // refusals, measured at the start of this run
    perSecond: Math.round(sustained * SHARE),
    quarters,
    crowd: {
      outcomes: crowd.outcomes,
      answers: crowd.firstAnswers,
      sent,
      dropped,
      late,
      lateByItself,
      closedAsked,
      unanswered,
      busyShare, // of the generator's core
    },
    visitors,
    shares,
    samples,
    overTime: overTimeOfSoak(run, asked.cluster ? 'gateway' : 'start'),
    seed: Number(asked.seed),
    ...circumstances(commandOf(minutes)),
  }
}

const commandOf = (minutes: number) =>
  `npm run soak -- --minutes ${minutes}${asked.cluster ? ' --cluster' : ''} --seed ${asked.seed}`

const ROOT = join(import.meta.dirname, '..')

const keep = async (result: ReturnType<typeof resultOf>): Promise<void> => {
  await mkdir(join(ROOT, 'bench/results'), { recursive: true })
  const file = join(ROOT, `bench/results/${result.scenario}.json`)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  const title = `${result.minutes} minutes at 0.7 of the sustained rate`
  await writeFile(
    join(ROOT, `docs/images/${result.scenario}.svg`),
    overTimePlot(title, result.overTime),
  )
}

const tell = ({ quarters, crowd, visitors, met }: ReturnType<typeof resultOf>): void => {
  for (const [name, figures] of Object.entries(quarters))
    for (const [figure, { second, last, ratio }] of Object.entries(figures))
      console.log(`${name.padEnd(8)} ${figure.padEnd(12)} ${second} → ${last} (${ratio})`)
  const { sent, dropped, lateByItself, busyShare, answers } = crowd
  console.log(
    `crowd    ${sent} sent, ${dropped} dropped, ${lateByItself} late by the generator, which had`,
  )
  console.log(
    `         ${busyShare.toFixed(2)} of its core; p99 ${answers?.p99} ms; ${JSON.stringify(crowd.outcomes)}`,
  )
  console.log(`visitors ${JSON.stringify(visitors)}`)
  console.log(met ? 'nothing grew' : `something grew by more than ${GROWS_MAX * 100} %`)
}

const minutes = Number(asked.minutes)
if (!(minutes * 60_000 >= SAMPLES_MIN * SAMPLE_EVERY_MS))
  throw new Error(`a soak takes ${(SAMPLES_MIN * SAMPLE_EVERY_MS) / 60_000} minutes at least`)
const result = resultOf(await soak(minutes * 60_000), minutes)
await keep(result)
tell(result)
if (!result.met) process.exitCode = 1
