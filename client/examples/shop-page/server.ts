// A shop with accounts of its own. `/` has one button of the engine, `/own` is the same by the client. It serves
// them under a strict policy, and gets purchase tokens for its buyers server to server, by an admin key that
// no browser ever sees.
//
//   npm run build
//   SECKILL_SHOP_ADMIN_KEY=… SECKILL_SHOP_ENGINE=http://127.0.0.1:3000 SECKILL_SHOP_SALE=1 \
//     node client/examples/shop-page/server.ts
//
// The engine must know the page: SECKILL_ORIGINS=http://127.0.0.1:4001.

import { randomInt, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'

export interface ShopOptions {
  engine: string // its origin
  saleId: string
  adminKey: string // of an operator
}

export const shop = (options: ShopOptions): Server => {
  const engine = new URL(options.engine).origin
  const files = filesOf({ engine, saleId: options.saleId })
  const buyers = new Map<string, string>() // by session; in a real shop they are in its database

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('content-security-policy', policyOf(engine))
    const { method, url = '/' } = request
    const file = files.get(url)
    if (method === 'GET' && file !== undefined) {
      if (file.type === HTML && buyerOf(request) === undefined) signIn(response)
      return response.writeHead(200, { 'content-type': file.type }).end(file.text)
    }
    if (method !== 'POST' || url !== '/purchase-token') return response.writeHead(404).end()
    const buyerId = buyerOf(request)
    if (buyerId === undefined) return response.writeHead(401).end()
    const purchaseToken = await purchaseTokenOf(buyerId, { ...options, engine })
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    return response.end(JSON.stringify({ purchaseToken }))
  }

  // Here everybody who comes is a buyer of his own. A cookie that is sent to no other page's request keeps
  // other pages from getting tokens in his name.
  const signIn = (response: ServerResponse) => {
    const session = randomUUID()
    buyers.set(session, String(randomInt(1, 2 ** 47)))
    response.setHeader('set-cookie', `shop=${session}; HttpOnly; SameSite=Strict; Path=/`)
  }
  const buyerOf = ({ headers }: IncomingMessage) =>
    buyers.get(/(?:^|; )shop=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '')

  return createServer((request, response) => {
    serve(request, response).catch(() => response.writeHead(503).end())
  })
}

// Issuing again changes nothing: a shop may do it at each click.
const purchaseTokenOf = async (
  buyerId: string,
  { engine, saleId, adminKey }: ShopOptions,
): Promise<string> => {
  const answer = await fetch(`${engine}/api/admin/sales/${saleId}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ buyers: [buyerId] }),
    signal: AbortSignal.timeout(5000),
  })
  if (!answer.ok) throw new Error(`no purchase token: ${answer.status}`)
  const { tokens } = (await answer.json()) as { tokens: [{ purchaseToken: string }] }
  return tokens[0].purchaseToken
}

// The button needs no more than its own script and leave to speak to the engine.
const policyOf = (engine: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${engine}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')

const BUTTON = join(import.meta.dirname, '../../../web/dist/button/seckill-button.js')
const CLIENT = join(import.meta.dirname, '../../dist')

const HTML = 'text/html; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'

const filesOf = (of: { engine: string; saleId: string }): Map<string, ShopFile> => {
  const { engine, saleId } = of
  const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
  const page = (name: string) =>
    read(name).replaceAll('{sale}', saleId).replaceAll('{engine}', engine)
  const client = readdirSync(CLIENT).filter((name) => name.endsWith('.js'))
  return new Map([
    ['/', { type: HTML, text: page('index.html') }],
    ['/own', { type: HTML, text: page('own.html') }],
    ['/shop.js', { type: SCRIPT, text: read('shop.js') }],
    ['/own.js', { type: SCRIPT, text: read('own.js') }],
    ['/shop.css', { type: 'text/css; charset=utf-8', text: read('shop.css') }],
    ['/seckill-button.js', { type: SCRIPT, text: readFileSync(BUTTON, 'utf8') }],
    ...client.map((name): [string, ShopFile] => [
      `/client/${name}`,
      { type: SCRIPT, text: readFileSync(join(CLIENT, name), 'utf8') },
    ]),
  ])
}

interface ShopFile {
  type: string
  text: string
}

if (import.meta.main) {
  const adminKey = process.env['SECKILL_SHOP_ADMIN_KEY'] ?? ''
  const engine = process.env['SECKILL_SHOP_ENGINE'] ?? 'http://127.0.0.1:3000'
  const saleId = process.env['SECKILL_SHOP_SALE'] ?? '1'
  const server = shop({ adminKey, engine, saleId })
  const port = Number(process.env['SECKILL_SHOP_PORT'] ?? 4001)
  server.listen(port, '127.0.0.1', () => {
    const { port: taken } = server.address() as { port: number }
    console.log(`the shop is on http://127.0.0.1:${taken}`)
  })
}
