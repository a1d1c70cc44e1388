// A shop to take pictures of: sales in every state, a buyer with an order that waits to be paid, and herds.

import { seckill } from '../support/cli.ts'
import { type Engine, OPERATOR, startEngine } from '../support/engine.ts'

const MINUTE_MS = 60_000

const WORDS = {
  en: {
    product: 'A phone with a long life',
    description: 'Six years of updates, a battery that can be changed, and a headphone socket.',
    coming: 'Phones at eight',
    open: 'Headphones, one hour only',
    soldOut: 'Tickets for Friday',
    name: 'Ada Lovelace',
  },
  zh: {
    product: '耐用手机 Pro',
    description: '六年系统更新，电池可换，还有耳机孔。',
    coming: '晚八点 手机秒杀',
    open: '降噪耳机 限时一小时',
    soldOut: '周五演唱会门票',
    name: '小林',
  },
}

export interface Shop extends AsyncDisposable {
  engine: Engine
  comingId: string
  soldOutId: string
  order: { orderId: string; saleId: string }
  signIn: Record<'buyer' | 'operator', string> // scripts
  herd(): Promise<unknown>
}

export const startShop = async (language: keyof typeof WORDS): Promise<Shop> => {
  const said = WORDS[language]
  const engine = await startEngine()
  const soldOutId = await sell(engine, {
    ...said,
    title: said.soldOut,
    startsInMs: -30 * MINUTE_MS,
  })
  const openId = await sell(engine, {
    ...said,
    title: said.open,
    startsInMs: -MINUTE_MS,
    stock: 5000,
  })
  const comingId = await sell(engine, { ...said, title: said.coming, startsInMs: 12 * MINUTE_MS })
  await herdAt(engine, { saleId: soldOutId, buyers: 1000, seconds: 1 })
  const account = await buyerOf(engine, said.name)
  const credential = account.sessionToken
  const entry = await engine.request('POST', `/api/sales/${openId}/entries`, { credential })
  const { orderId } = (await engine.attempt(openId, entry.body.purchaseToken)).body
  const session = { key: OPERATOR, role: 'operator' }
  return {
    engine,
    comingId,
    soldOutId,
    order: { orderId, saleId: openId },
    signIn: {
      buyer: keeping('localStorage', 'seckill.account', account),
      operator: keeping('sessionStorage', 'seckill.console', session),
    },
    herd: () => herdAt(engine, { saleId: openId, buyers: 6000, seconds: 20 }),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

const keeping = (storage: string, name: string, value: object) =>
  `${storage}.setItem(${JSON.stringify(name)}, ${JSON.stringify(JSON.stringify(value))})`

const sell = async (
  engine: Engine,
  of: { product: string; description: string; title: string; startsInMs: number; stock?: number },
): Promise<string> => {
  const { description, product, startsInMs, stock = 400, title } = of
  const draft = { title: product, listPrice: 499_900, currency: 'CNY', description }
  const { productId } = (await engine.operate('/api/admin/products', draft)).body
  const startsAtMs = Date.now() + startsInMs
  const startsAt = new Date(startsAtMs).toISOString()
  const endsAt = new Date(startsAtMs + 60 * MINUTE_MS).toISOString()
  return engine.sale({ productId, title, price: 199_900, stock, startsAt, endsAt })
}

const buyerOf = async (engine: Engine, name: string) => {
  const body = { name, password: 'correct horse battery' }
  await engine.request('POST', '/api/buyers', { body })
  const { sessionToken } = (await engine.request('POST', '/api/sessions', { body })).body
  return { name, sessionToken: sessionToken as string, purchaseTokens: {} }
}

let firstBuyer = 1_000_000

const herdAt = (engine: Engine, of: { saleId: string; buyers: number; seconds: number }) => {
  const { buyers, saleId, seconds } = of
  const from = (firstBuyer += 1_000_000)
  const words = Object.entries({ url: engine.url, sale: saleId, from, seconds, buyers })
  const env = { SECKILL_ADMIN_KEY: OPERATOR }
  const options = words.flatMap(([name, value]) => [`--${name}`, String(value)])
  return seckill(['load', ...options, '--curve', 'herd'], { env })
}
