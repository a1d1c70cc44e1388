// A buyer's order, bought over HTTP and recorded.

import { type Client, eventually, type Reply } from './engine.ts'

export interface Bought {
  orderId: string
  token: string // the purchase token it was bought with
}

// Buys one unit for this buyer, also from an engine that is busy at first, and waits until the order is
// recorded.
export const buy = async (engine: Client, saleId: string, buyerId: string): Promise<Bought> => {
  const [token] = await engine.tokens(saleId, [buyerId])
  const { body } = await attemptPatiently(engine, saleId, token!)
  if (body.orderId === undefined) throw new Error(JSON.stringify(body))
  const bought = { orderId: body.orderId, token: token! }
  await eventually(
    () => see(engine, bought),
    (reply) => reply.body.status === 'pending',
  )
  return bought
}

const NOT_YET = new Set(['busy', 'rebuilding'])

// Asks again while the engine cannot say. The answer may then be that there is an order already.
export const attemptPatiently = (engine: Client, saleId: string, token: string): Promise<Reply> =>
  eventually(
    () => engine.attempt(saleId, token),
    ({ body }) => !NOT_YET.has(body.code),
  )

export const see = (engine: Client, { orderId, token }: Bought): Promise<Reply> =>
  engine.request('GET', `/api/orders/${orderId}`, { credential: token })

export const pay = (engine: Client, { orderId, token }: Bought, sandbox?: string): Promise<Reply> =>
  engine.request('POST', `/api/orders/${orderId}/payment`, {
    credential: token,
    ...(sandbox !== undefined && { body: { sandbox } }),
  })
