// A shop that is watched: Redis and the real program, with one sale, and buyers who ask for as long as they
// are wanted. It looks at its books more often than in production.

import { askUntil } from '../../support/ask-redis.ts'
import type { Json } from '../../support/engine.ts'
import { type Operator, operator } from '../../support/operator.ts'
import { needsPrometheus } from '../../support/needs-prometheus.ts'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { type RedisServer, startRedis } from '../../support/redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, type Server, startServer } from '../../support/server.ts'

export interface Shop extends AsyncDisposable {
  server: Server
  redis: RedisServer
  operator: Operator
  saleId: string
  attempt(buyer: number): Promise<string> // its outcome
  crowd(of: { clients: number }): AsyncDisposable // asks until it is disposed of
  books(isWanted: (books: Json) => boolean): Promise<Json> // waits until they are as wanted
}

// A shop that is watched needs these servers; see startWatched.
export const needsShop = (): { skip: string | false } => {
  const needs = [needsPrometheus(), needsOwnRedis()]
  return needs.find(({ skip }) => skip !== false) ?? { skip: false }
}

const BUYERS = 500

const SETTINGS = {
  ...PRODUCTION,
  SECKILL_OPERATIONS_PORT: '0',
  SECKILL_RECONCILE_EVERY_MS: '1000',
  SECKILL_RECONCILE_PAUSE_MS: '50',
  SECKILL_LOOK_EVERY_MS: '100',
}

export const startShop = async ({ stock }: { stock: number }): Promise<Shop> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const redis = opened.use(await startRedis())
  const env = { ...SETTINGS, SECKILL_STOCK_URL: redis.url }
  const server = opened.use(await startServer({ env }))
  const shop = operator({ url: server.url, adminKey: PRODUCTION_KEY })
  const saleId = await shop.makeSale({ stock, payWithinMs: 3_600_000 })
  const tokens = await shop.tokens(saleId, BUYERS)
  const audit = () => shop.get(`/api/admin/sales/${saleId}/audit`)
  const books = (isWanted: (books: Json) => boolean): Promise<Json> =>
    askUntil(audit, isWanted, { withinMs: 20_000, wanted: 'the books are as wanted' })
  await books(({ engine }) => engine === 'open')

  const attempt = async (buyer: number): Promise<string> => {
    const headers = { authorization: `Bearer ${tokens.get(String(buyer))!}` }
    const path = `/api/sales/${saleId}/attempts`
    const answer = await fetch(server.url + path, { method: 'POST', headers })
    const { outcome, code }: Json = await answer.json()
    return outcome ?? code
  }
  const open = opened.move()
  return {
    server,
    redis,
    operator: shop,
    saleId,
    attempt,
    crowd: ({ clients }) => crowd(attempt, clients),
    books,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

// Each client is another buyer at each turn, and asks again when it has its answer.
const crowd = (attempt: Shop['attempt'], clients: number): AsyncDisposable => {
  let isOver = false
  const client = async (_: unknown, at: number) => {
    for (let turn = 0; !isOver; turn += 1)
      await attempt(1 + ((at + turn * clients) % BUYERS)).catch(() => undefined)
  }
  const all = Array.from({ length: clients }, client)
  return {
    async [Symbol.asyncDispose]() {
      isOver = true
      await Promise.all(all)
    },
  }
}
