// What a buyer holds, as it is kept in Redis: order_id:units, or order_id:units:token,token.

import assert from 'node:assert/strict'
import type { BuyerId } from '../../../domain/ids.ts'
import type { Held } from '../../../domain/stock.ts'
import type { HeldMark } from '../../../ports/stock.ts'

export const writeHeld = ({ orderId, units, stockTokens }: Held): string =>
  stockTokens.length === 0 ? `${orderId}:${units}` : `${orderId}:${units}:${stockTokens.join(',')}`

export const readHeld = (buyerId: BuyerId, text: string): Held => {
  const [orderId, units, tokens] = text.split(':')
  assert(orderId && units, 'what a buyer holds names an order and its units')
  return { buyerId, orderId, units: Number(units), stockTokens: readTokens(tokens) }
}

export const readTokens = (tokens: string | undefined): string[] => tokens?.split(',') ?? []

// `in-transit order_id:units` or `recorded order_id:units`.
export const readMark = (buyerId: BuyerId, text: string): HeldMark => {
  const at = text.indexOf(' ')
  const inTransit = text.slice(0, at) === 'in-transit'
  return { ...readHeld(buyerId, text.slice(at + 1)), inTransit }
}
