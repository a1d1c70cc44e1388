// What an operator does to a server over HTTP, for tests that run it as a process of its own.

import { askUntil } from './ask-redis.ts'
import type { Json } from './engine.ts'

export interface Operator {
  post(path: string, body?: unknown): Promise<Json>
  get(path: string): Promise<Json>
  makeSale(of: SaleOf): Promise<string> // its id, when it is open
  tokens(saleId: string, count: number): Promise<Map<string, string>>
}

export interface SaleOf {
  stock: number
  payWithinMs?: number
  strategy?: string
  segments?: number
}

const TOKENS_MAX = 10_000 // at once
const OPEN_WITHIN_MS = 15_000

export const operator = ({ url, adminKey }: { url: string; adminKey: string }): Operator => {
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
    const sent = body === undefined ? null : JSON.stringify(body)
    const response = await fetch(url + path, {
      method,
      headers,
      body: sent,
      signal: AbortSignal.timeout(10_000),
    })
    const answer: Json = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  const post = (path: string, body: unknown = {}) => send('POST', path, body)
  return {
    post,
    get: (path) => send('GET', path),
    async makeSale(of) {
      const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
      const { productId } = await post('/api/admin/products', product)
      const sale = {
        productId,
        title: 'A sale',
        price: 99_900,
        currency: 'CNY',
        startsAt: new Date(Date.now() - 1000).toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        limits: { buyerPerSecond: 1000 },
        ...of,
      }
      const { saleId } = await post('/api/admin/sales', sale)
      await askUntil(
        () => send('GET', `/api/admin/sales/${saleId}/audit`),
        ({ engine }) => engine === 'open',
        { withinMs: OPEN_WITHIN_MS, wanted: `sale ${saleId} is open` },
      )
      return saleId
    },
    async tokens(saleId, count) {
      const buyers = Array.from({ length: count }, (_, at) => String(at + 1))
      const tokens = new Map<string, string>()
      for (let at = 0; at < count; at += TOKENS_MAX) {
        const some = { buyers: buyers.slice(at, at + TOKENS_MAX) }
        const issued = await post(`/api/admin/sales/${saleId}/tokens`, some)
        for (const one of issued.tokens) tokens.set(one.buyerId, one.purchaseToken)
      }
      return tokens
    },
  }
}
