// The herd generator: buyers who all come at the opening of a sale and go home when their orders have
// ended, and the question whether what they were told is what the books say. Open loop: attempts leave
// when they were planned to, however slow the answers are.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askAuditor } from './auditor.ts'
import { atRest, type Books } from './books.ts'
import { emptyAnswersLog } from './buyers/answers-log.ts'
import type { Curve } from './buyers/arrivals.ts'
import { EARLY_MS_MAX, type Shares } from './buyers/habits.ts'
import { type Clock, cpuMs, nowMs, serverClock } from './clocks.ts'
import { type LoadResult, loadResult, type Measured } from './outcome/result.ts'
import { type PreparedSale, prepareSale } from './prepare.ts'
import { type Generators, startGenerators } from './processes/generators.ts'
import { followStory, type StoryDeps } from './story.ts'
import { isLoopback, type OperatorApi, LoadRefusal } from './target.ts'
import { fetchTokens } from './tokens.ts'

export interface LoadOptions {
  urls: string[] // of gateways
  spread: boolean // who asks again asks any of them, and not its own
  ownHost: boolean // the target may be another machine than this one
  saleId: string | undefined // none: make one, of `units`
  units: number
  payWithinMs: number | undefined // of the sale it makes, like these two
  strategy: string | undefined
  segments: number | undefined
  buyers: number
  firstBuyer: number
  curve: Curve
  overMs: number // how long they come for
  shares: Shares
  retriesMax: number
  withinMs: number // longest after the last arrival until all is given up
  processes: number
  connections: number
  seed: number
  answersFile: string | undefined
  database: string | undefined // of the server, for the independent auditor: a file or mysql://…,…
}

export interface LoadDeps {
  api: OperatorApi
  say: (line: string) => void // how it is getting on
  show: StoryDeps['show'] // the same, ten times a second
}

export const load = async (options: LoadOptions, deps: LoadDeps): Promise<LoadResult> => {
  refuseOthers(options)
  const { database } = options
  const folder = await mkdtemp(join(tmpdir(), 'seckill-load-'))
  const answersFile =
    options.answersFile ?? (database === undefined ? undefined : join(folder, 'answers.jsonl'))
  if (answersFile !== undefined) emptyAnswersLog(answersFile)
  try {
    const clock = await serverClock(deps.api)
    const sale = await prepareSale(deps.api, { wanted: options, clock })
    const ran = await run({ options: { ...options, answersFile }, deps, sale, clock })
    const { saleId } = sale
    const auditor =
      database === undefined || answersFile === undefined
        ? undefined
        : await askAuditor({
            database,
            answers: answersFile,
            books: await writeBooks(folder, ran.after),
            saleId,
          })
    return loadResult({ ...ran, options, sale, clock, auditor })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const writeBooks = async (folder: string, books: Books): Promise<string> => {
  const file = join(folder, 'books.json')
  await writeFile(file, JSON.stringify(books))
  return file
}

export const refuseOthers = ({ urls, ownHost }: Pick<LoadOptions, 'urls' | 'ownHost'>) => {
  const url = urls.find((one) => !isLoopback(one))
  if (url === undefined || ownHost) return
  throw new LoadRefusal(`${url} is not this machine: add --i-own-this-host if you may load it`)
}

export const enlist = async (
  { api, say }: Pick<LoadDeps, 'api' | 'say'>,
  generators: Generators,
  { saleId, buyers, firstBuyer }: Pick<LoadOptions, 'buyers' | 'firstBuyer'> & { saleId: string },
) => {
  say(`sale ${saleId}: fetching ${buyers} purchase tokens`)
  for await (const page of fetchTokens(api, { saleId, buyers, from: firstBuyer }))
    await generators.enlist(page)
}

const CONNECTED_MS = 500 // before the opening
const ONCE_MORE_MAX = 1000

const run = async (of: {
  options: LoadOptions
  deps: LoadDeps
  sale: PreparedSale
  clock: Clock
}): Promise<Omit<Measured, 'options' | 'sale' | 'clock' | 'auditor'>> => {
  const { options, deps, sale, clock } = of
  const { saleId, startsAtMs, payWithinMs } = sale
  const { api, say, show } = deps
  await using generators = startGenerators(options.processes)
  await enlist(deps, generators, { ...options, saleId })
  await generators.connect(options)
  const openedAtMs = Math.max(startsAtMs, nowMs() + CONNECTED_MS)
  say(`the herd comes in ${((openedAtMs - nowMs()) / 1000).toFixed(1)} s`)
  const cpuBeforeMs = cpuMs()
  const beganAtMs = nowMs()
  const shares = { ...options.shares, ...(openedAtMs - nowMs() < EARLY_MS_MAX && { early: 0 }) }
  const opening = { ...options, shares, saleId, startsAtMs, payWithinMs, clock, openedAtMs }
  const day = generators.open(opening)
  const untilMs = openedAtMs + options.overMs + options.withinMs
  const story = await followStory({ api, saleId, generators, day, untilMs, show })
  if (sale.own) await api.post(`/api/admin/sales/${saleId}/close`, { reason: 'the herd is over' })
  await generators.askOnceMore(options.shares.again > 0 ? ONCE_MORE_MAX : 0)
  say('waiting until the sale is at rest')
  const after = await atRest(api, saleId)
  const counted = await generators.count()
  const cpu = { ownMs: cpuMs() - cpuBeforeMs, wallMs: nowMs() - beganAtMs }
  return { counted, story, after, cpu }
}
