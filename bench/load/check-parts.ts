// The parts of which a gateway makes its checks, each with something in it: a sale that is sold out and
// remembered with its winners, a blocklist, suspects; and the attempts of many buyers. Windows and buckets
// are as wide as a gateway has them by default.

import { blocklistCache } from '../../src/attempt/blocklist-cache.ts'
import { buyerRecords } from '../../src/attempt/buyer-records.ts'
import { challengeCheck } from '../../src/attempt/challenge-check.ts'
import { challengePasses } from '../../src/attempt/challenge-pass.ts'
import { type AttemptRequest, type CheckDeps, RATE_MS } from '../../src/attempt/checks.ts'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import { saleCache } from '../../src/attempt/sale-cache.ts'
import { soldOutMemory } from '../../src/attempt/sold-out-memory.ts'
import { suspects } from '../../src/attempt/suspects.ts'
import { DECIDED_MS } from '../../src/domain/challenge.ts'
import { blockAll } from '../../src/flows/operators/block.ts'
import { makeSqlite, type Sqlite } from '../../test/adapters/sqlite-setup.ts'
import { orderIdOf, sampleCopy } from '../../test/contracts/samples.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { createSale } from './drive-worker.ts'
import type { Buyers } from './job.ts'
import { KEY_ID, mixed } from './requests.ts'

const BUYERS_MAX = 1_000_000
const TOKENS_CACHED = 1_000_000 // more than there are buyers here: all are remembered
const CHALLENGE_AFTER = 10
const WINNERS = 1000
const SUSPECTS = 1000
const BLOCKED = 1000 // of each kind
const AT_ONCE = 200 // that are blocked by one call
const ELSEWHERE = 5_000_000_000 // the ids of those who do not ask here

export interface CheckParts extends AsyncDisposable {
  saleId: string
  nowMs: number // the sale is open for an hour from then on
  // New windows and buckets each time. Tokens are remembered, or none is.
  deps(of: { remembers: boolean }): CheckDeps
  // One attempt of each buyer, as a request brings it: all its texts are new, but for the sale's.
  attempts(): AttemptRequest[]
  buyerIds: string[] // in the order of their attempts
}

export const checkParts = async (buyers: Buyers): Promise<CheckParts> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const sqlite = opened.use(await makeSqlite())
  const nowMs = Date.now()
  const saleId = await createSale(sqlite, { stock: WINNERS })
  const { catalog, changes, clock } = sqlite
  const sales = saleCache({ catalog, changes, clock })
  await sales.follow()
  const blocklist = await blocklistOf(sqlite)
  const memory = await memoryOf(sqlite, { saleId, nowMs })
  const buyerIds = mixed(buyers, undefined).map(String)
  const keys = [{ id: KEY_ID, secret: SIGNING_SECRET }]
  const { issue } = purchaseTokens(keys, { cacheMax: 1 })
  const tokens = buyerIds.map((buyerId) => issue({ saleId, buyerId }))
  const open = opened.move()
  return {
    saleId,
    nowMs,
    buyerIds,
    attempts: () =>
      tokens.map((token, at) => ({
        saleId,
        token: asNew(token),
        units: 1,
        fault: undefined,
        address: asNew(addressOf(at)),
      })),
    deps: ({ remembers }) => ({
      sales,
      tokens: purchaseTokens(keys, { cacheMax: remembers ? TOKENS_CACHED : 1 }),
      memory,
      elapsedMs: () => 0, // the memory is as fresh as it ever is
      records: buyerRecords({ keptMs: DECIDED_MS, keptFullMs: RATE_MS, buyersMax: BUYERS_MAX }),
      limits: LIMITS,
      gateways: () => 1,
      blocklist,
      challenge: challengeCheck({
        passes: challengePasses(keys, { cacheMax: 1 }),
        decidedMax: CHALLENGE_AFTER,
        suspects: someSuspects(nowMs),
      }),
    }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const LIMITS = {
  globalPerSecond: 1_000_000,
  globalBurst: 2_000_000,
  salePerSecond: 100_000,
  saleBurst: 200_000,
  buyerPerSecond: 3,
}

// A text that nobody has looked up before.
const asNew = (text: string): string => Buffer.from(text).toString('latin1')

const addressOf = (at: number) => `20.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`

const someSuspects = (nowMs: number) => {
  const some = suspects({ max: SUSPECTS })
  for (let at = 0; at < SUSPECTS; at += 1) some.add(String(ELSEWHERE + at), nowMs + 3_600_000)
  return some
}

// Nobody who asks here is on it.
const blocklistOf = async (sqlite: Sqlite) => {
  const words = { by: 'bench', reason: 'somebody else', untilMs: undefined }
  const targets = Array.from({ length: BLOCKED }, (_, at) => [
    { kind: 'buyer', value: String(ELSEWHERE + at), ...words } as const,
    { kind: 'address', value: `30.0.${at >> 8}.${at & 255}`, ...words } as const,
    { kind: 'cidr', value: `31.${at >> 8}.${at & 255}.0/24`, ...words } as const,
  ]).flat()
  for (let at = 0; at < targets.length; at += AT_ONCE)
    await blockAll(sqlite, targets.slice(at, at + AT_ONCE))
  const cache = blocklistCache(sqlite)
  await cache.follow()
  return cache
}

// As it is when the last unit has just been taken.
const memoryOf = async (
  { stock }: Pick<Sqlite, 'stock'>,
  { saleId, nowMs }: { saleId: string; nowMs: number },
) => {
  const epoch = 1
  const held = Array.from({ length: WINNERS }, (_, at) => {
    const buyerId = String(ELSEWHERE + at)
    return { buyerId, orderId: orderIdOf(buyerId), units: 1, stockTokens: [] }
  })
  const layout = { saleId, strategy: 'counter', segments: 1 } as const
  await stock.begin({ ...layout, epoch })
  await stock.load({ saleId, epoch, held })
  const copy = sampleCopy(nowMs)
  await stock.open({ ...layout, epoch, copy, total: WINNERS, buyers: WINNERS })
  const memory = soldOutMemory({ stock }, { winnersMax: 10_000 })
  const { version } = await stock.scan({ saleId, inTransitOnly: false, limit: 1 })
  memory.note(saleId, { sentAtMs: 0, epoch, reading: { version, left: 0 }, answers: ['sold-out'] })
  await memory.idle()
  return memory
}
