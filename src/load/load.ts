// The herd generator: buyers who all come at the opening of a sale, and the question whether what they
// were told is what the books say. Open loop: attempts leave when they were planned to, however slow
// the answers are.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnswersLog, answersLog } from './answers-log.ts'
import { asking } from './asking.ts'
import { askAuditor } from './auditor.ts'
import { type Buyer, newBuyer } from './buyer.ts'
import { chanceOf } from './chance.ts'
import { nowMs, serverOffsetMs } from './clocks.ts'
import { herd } from './herd.ts'
import { isLoopback, type OperatorApi, LoadRefusal } from './target.ts'
import { type PreparedSale, prepareSale } from './prepare.ts'
import { atRest, type Books } from './books.ts'
import { type LoadResult, loadResult, type Measured } from './result.ts'
import { sender as newSender } from './send.ts'
import { newTally } from './tally.ts'
import { fetchTokens } from './tokens.ts'

export interface LoadOptions {
  url: string
  ownHost: boolean // the target may be another machine than this one
  saleId: string | undefined // none: make one, of `units`
  units: number
  buyers: number
  firstBuyer: number
  overMs: number
  retriesMax: number
  againShare: number
  cancelShare: number
  chaseMs: number
  connections: number
  seed: number
  answersFile: string | undefined
  databaseFile: string | undefined // of the server, for the independent auditor
}

export interface LoadDeps {
  api: OperatorApi
  say: (line: string) => void // how it is getting on
}

export const load = async (options: LoadOptions, { api, say }: LoadDeps): Promise<LoadResult> => {
  const { url, buyers, overMs, seed, databaseFile } = options
  if (!isLoopback(url) && !options.ownHost)
    throw new LoadRefusal(`${url} is not this machine: add --i-own-this-host if you may load it`)
  const folder = await mkdtemp(join(tmpdir(), 'seckill-load-'))
  const answersFile =
    options.answersFile ?? (databaseFile === undefined ? undefined : join(folder, 'answers.jsonl'))
  const answers = answersLog(answersFile)
  try {
    const offsetMs = await serverOffsetMs(api)
    const sale = await prepareSale(api, { ...options, offsetMs })
    say(`sale ${sale.saleId}: fetching ${buyers} purchase tokens`)
    const known = await enlist(api, { ...options, saleId: sale.saleId })
    const ran = await run({ options, api, sale, buyers: known, answers, say })
    answers.close()
    const { saleId } = sale
    const auditor =
      databaseFile === undefined || answersFile === undefined
        ? undefined
        : await askAuditor({
            database: databaseFile,
            answers: answersFile,
            books: await writeBooks(folder, ran.after),
            saleId,
          })
    return loadResult({ ...ran, saleId, seed, buyers, overMs, auditor })
  } finally {
    answers.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const writeBooks = async (folder: string, books: Books): Promise<string> => {
  const file = join(folder, 'books.json')
  await writeFile(file, JSON.stringify(books))
  return file
}

const enlist = async (
  api: OperatorApi,
  { saleId, buyers, firstBuyer, retriesMax }: LoadOptions & { saleId: string },
): Promise<Buyer[]> => {
  const all: Buyer[] = []
  for await (const page of fetchTokens(api, { saleId, buyers, from: firstBuyer }))
    for (const { buyerId, purchaseToken: token } of page)
      all.push(newBuyer({ buyerId, token, retriesMax }))
  return all
}

type Ran = Pick<Measured, 'tally' | 'before' | 'after' | 'unknown' | 'stillSoldOut'>

const CONNECTED_MS = 500 // before the opening
const ONCE_MORE_MAX = 1000

const run = async (of: {
  options: LoadOptions
  api: OperatorApi
  sale: PreparedSale
  buyers: Buyer[]
  answers: AnswersLog
  say: (line: string) => void
}): Promise<Ran> => {
  const { options, api, sale, buyers, answers, say } = of
  const { saleId, before } = sale
  const sender = newSender(options.url, options.connections)
  const tally = newTally()
  const asked = asking({ saleId, sender, tally, answers })
  const day = herd({ asking: asked, buyers, chance: chanceOf(options.seed), sender, tally })
  try {
    await sender.open()
    const atMs = Math.max(sale.startsAtMs, nowMs() + CONNECTED_MS)
    say(`the herd comes in ${((atMs - nowMs()) / 1000).toFixed(1)} s`)
    await day.open({ ...options, atMs })
    say(`${tally.ordersAtMs.length} orders; giving some back`)
    const available = before.available + before.returning
    const { stillSoldOut } = await day.giveBack({ ...options, available })
    if (sale.own) await api.post(`/api/admin/sales/${saleId}/close`, { reason: 'the herd is over' })
    await day.askOnceMore(options.againShare > 0 ? ONCE_MORE_MAX : 0)
    say('waiting until the sale is at rest')
    const after = await atRest(api, saleId)
    const unknown = buyers.filter((buyer) => buyer.unknown).length
    return { tally, before, after, unknown, stillSoldOut }
  } finally {
    await sender.close()
  }
}
