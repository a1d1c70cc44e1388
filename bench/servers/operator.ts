// What an operator does at a running server: makes a sale, reads the metrics, looks into the books. Of a
// sale's limits those are raised that a generator would meet.

export const ADMIN_KEY = 'a-key-of-measurements-that-protects-nothing'

// More than any generator sends.
export const ENOUGH = 100_000_000

export interface Books {
  live: number
  drift: number
  oversold: number
}

export interface NewSale {
  stock: number
  startsAtMs?: number // otherwise it is open at once
}

export interface Operator {
  makeSale(of: NewSale): Promise<string> // its id
  inTransit(): Promise<number> // orders on the queue that are not recorded yet
  audit(saleId: string): Promise<Books>
}

export const operator = (url: string): Operator => ({
  makeSale: (of) => makeSale(url, of),
  inTransit: () => inTransit(url),
  audit: (saleId) => askJson<Books>(url, `/api/admin/sales/${saleId}/audit`),
})

const ask = async (url: string, path: string, body?: object): Promise<Response> => {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' }
  const sent = body && { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(url + path, { headers, ...sent })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

const askJson = async <Answer>(url: string, path: string, body?: object): Promise<Answer> =>
  (await (await ask(url, path, body)).json()) as Answer

const makeSale = async (url: string, { stock, startsAtMs }: NewSale): Promise<string> => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const { productId } = await askJson<{ productId: string }>(url, '/api/admin/products', product)
  const { saleId } = await askJson<{ saleId: string }>(url, '/api/admin/sales', {
    productId,
    title: 'A sale',
    price: 99_900,
    currency: 'CNY',
    stock,
    startsAt: new Date(startsAtMs ?? Date.now() - 1000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    limits: { attemptsPerSecond: ENOUGH, attemptsBurst: ENOUGH, buyerPerSecond: ENOUGH },
  })
  return saleId
}

const WAITING = /^seckill_queue_lag_messages (\d+)$/m

const inTransit = async (url: string): Promise<number> => {
  const text = await (await ask(url, '/metrics')).text()
  return Number(WAITING.exec(text)![1])
}
