// What an operator does to a server over HTTP, for tests that run it as a process of its own.

import type { Json } from './engine.ts'

export interface Operator {
  post(path: string, body?: unknown): Promise<Json>
  get(path: string): Promise<Json>
  makeSale(of: SaleOf): Promise<string>
  tokens(saleId: string, count: number): Promise<Map<string, string>>
}

export interface SaleOf {
  stock: number
  payWithinMs?: number
  strategy?: string
  segments?: number
}

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
      return (await post('/api/admin/sales', sale)).saleId
    },
    async tokens(saleId, count) {
      const buyers = Array.from({ length: count }, (_, at) => String(at + 1))
      const { tokens } = await post(`/api/admin/sales/${saleId}/tokens`, { buyers })
      return new Map(tokens.map((one: Json) => [one.buyerId, one.purchaseToken]))
    },
  }
}
