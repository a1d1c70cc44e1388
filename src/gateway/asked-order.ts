// Which order a buyer asks for, by his credential. A purchase token names its sale; with a session the
// sale may be named, and must be while the order is in transit. Somebody else's order does not exist.

import type { IncomingMessage } from 'node:http'
import type { SaleCache } from '../attempt/sale-cache.ts'
import { isId } from '../domain/ids.ts'
import type { OrderKey } from '../flows/orders/read.ts'
import { type Answer, problem } from './answers.ts'
import type { BuyerCredential, FindBuyer } from './buyer-credentials.ts'

export interface AskedOrderDeps {
  findBuyer: FindBuyer
  sales: Pick<SaleCache, 'get'>
}

export interface OrderRoute {
  Params: { orderId: string }
  Querystring: { saleId?: string }
}

export type AskedOrder = { key: OrderKey; credential: BuyerCredential } | { refusal: Answer }

export const askedOrder = async (
  { findBuyer, sales }: AskedOrderDeps,
  request: {
    headers: { authorization?: string | undefined }
    raw: IncomingMessage
    params: OrderRoute['Params']
    query: OrderRoute['Querystring']
  },
): Promise<AskedOrder> => {
  const credential = await findBuyer(request.headers.authorization, request.raw)
  if (credential === undefined) return { refusal: problem('unauthorized') }
  const { orderId } = request.params
  const { saleId = credential.sale?.saleId } = request.query
  const sale = saleId === undefined ? undefined : sales.get(saleId)
  const isKnown = saleId === undefined || sale !== undefined
  const isIts = credential.sale === undefined || credential.sale.saleId === saleId
  if (!isId(orderId) || !isKnown || !isIts) return { refusal: problem('no-such-order') }
  return { key: { orderId, buyerId: credential.buyerId, sale }, credential }
}
