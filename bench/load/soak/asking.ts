// What visitors ask a server, and how often what came of it. A request without an answer is `no-answer`.

import { Pool } from 'undici'
import type { VisitorsJob } from './visitors-job.ts'

export interface Said {
  outcome?: string
  code?: string
  status?: string
  orderId?: string
  saleId?: string
  productId?: string
  sessionToken?: string
  tokens?: { purchaseToken: string }[]
}

type Method = 'GET' | 'POST' | 'DELETE'

export interface Asking {
  buyer(what: string, method: Method, path: string, credential: string): Promise<Said>
  anybody(what: string, path: string, body: object): Promise<Said>
  operate(what: string, path: string, body: object): Promise<Said>
  makeSale(stock: number): Promise<string | undefined> // its id, unless it was refused
  watch(path: string, credential: string, forMs: number): Promise<void> // a stream of events
  outcomes(): Record<string, number>
  stop(): Promise<void>
}

const CONNECTIONS = 100
const ANSWERS_WITHIN_MS = 10_000

export const asking = ({ url, adminKey }: Pick<VisitorsJob, 'url' | 'adminKey'>): Asking => {
  const timeouts = { headersTimeout: ANSWERS_WITHIN_MS, bodyTimeout: ANSWERS_WITHIN_MS }
  const pool = new Pool(url, { connections: CONNECTIONS, ...timeouts })
  const counts = new Map<string, number>()
  const count = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)

  const ask = async (
    what: string,
    of: { method: Method; path: string; credential?: string; body?: object },
  ): Promise<Said> => {
    const { method, path, credential, body } = of
    const headers = {
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(body && { 'content-type': 'application/json' }),
    }
    const sent = { method, path, headers, ...(body && { body: JSON.stringify(body) }) }
    try {
      const { statusCode, body: read } = await pool.request(sent)
      const text = await read.text()
      const said = (text === '' ? {} : JSON.parse(text)) as Said
      count(`${what} ${said.outcome ?? said.code ?? statusCode}`)
      return said
    } catch {
      count(`${what} no-answer`)
      return {}
    }
  }
  const operate: Asking['operate'] = (what, path, body) =>
    ask(what, { method: 'POST', path, credential: adminKey, body })

  return {
    operate,
    buyer: (what, method, path, credential) => ask(what, { method, path, credential }),
    anybody: (what, path, body) => ask(what, { method: 'POST', path, body }),
    async makeSale(stock) {
      const { productId } = await operate('product', '/api/admin/products', PRODUCT)
      const { saleId } = await operate('sale', '/api/admin/sales', saleOf({ productId, stock }))
      return saleId
    },
    watch: (path, credential, forMs) => watch(pool, { path, credential, forMs, count }),
    outcomes: () => Object.fromEntries(counts),
    stop: () => pool.destroy(),
  }
}

interface Watching {
  path: string
  credential: string
  forMs: number
  count: (name: string) => void
}

// Left by us, or ended by the server before.
const watch = async (pool: Pool, { path, credential, forMs, count }: Watching): Promise<void> => {
  const signal = AbortSignal.timeout(forMs)
  const headers = { authorization: `Bearer ${credential}` }
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers, signal })
    count(`stream ${statusCode}`)
    await body.dump({ limit: 1 << 20, signal })
  } catch (error) {
    if (!signal.aborted) count(`stream ${(error as Error).name}`)
  }
}

const PRODUCT = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }

const saleOf = (of: { productId: string | undefined; stock: number }) => ({
  title: 'A sale',
  price: 99_900,
  currency: 'CNY',
  startsAt: new Date(Date.now() - 1000).toISOString(),
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  payWithinMs: 120_000, // soon as many expire as come
  ...of,
})
