// What there must be so that a request can mean something: a sale, whoever may buy in it, an order. Made
// anew every so often, because what is asked here closes, pauses, cancels and erases.

import { randomUUID } from 'node:crypto'
import { type Client, eventually, OPERATOR, saleDraft, VIEWER } from '../../support/engine.ts'
import { buy } from '../../support/order.ts'

export interface Fixtures {
  ids: Record<string, string> // by the name of the parameter or field
  session: string
  purchaseToken: string
  otherToken: string // of another sale
  operator: string
  viewer: string
}

const PASSWORD = 'correct horse battery'

export const fixtures = async (client: Client): Promise<Fixtures> => {
  const account = { name: `fuzz ${randomUUID()}`, password: PASSWORD }
  const { buyerId } = await asked(client, '/api/buyers', account)
  const { sessionToken } = await asked(client, '/api/sessions', account)
  const { productId } = await saleDraft(client.operate)
  const saleId = await client.sale({ stock: 1000, perBuyerLimit: 3 })
  const { orderId, token } = await buy(client, saleId, buyerId)
  const otherSaleId = await client.sale()
  const [otherToken] = await client.tokens(otherSaleId, [buyerId])
  const { blockId } = await asked(client, '/api/admin/blocklist', {
    buyer: String(9_000_000_000 + Math.floor(Math.random() * 1e9)),
    reason: 'to be lifted',
  })
  return {
    ids: { saleId, orderId, buyerId, productId, blockId, version: 'any', name: 'main.js' },
    session: sessionToken,
    purchaseToken: token,
    otherToken: otherToken!,
    operator: OPERATOR,
    viewer: VIEWER,
  }
}

// As an operator, who may do all of it; the engine may be busy with everything else.
const asked = async (client: Client, path: string, body: object) => {
  const reply = await eventually(
    () => client.operate(path, body),
    ({ status }) => status !== 503 && status !== 429,
  )
  if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}
