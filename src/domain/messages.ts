// The message between decision and store. It is versioned: a worker that meets a version it does not
// know stops and says so, it never guesses.

import { isId, type BuyerId, type OrderId, type SaleId } from './ids.ts'

export const MESSAGE_VERSION = 1

export interface OrderMessage {
  version: number
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  units: number
  price: number // of one unit, minor units of `currency`
  currency: string
  saleVersion: number
  epoch: number
  stockTokens: string[] // of the strategy `tokens`; empty otherwise
  reservedAtMs: number
}

export type ReadMessage =
  | { result: 'message'; message: OrderMessage }
  | { result: 'unknown-version'; version: number }
  | { result: 'unreadable'; reason: string }

// A message as it was written. What has a version that is not known is not looked at any further; what
// has a known one must be exactly as that version says.
export const readMessage = (text: string): ReadMessage => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable('it is not JSON')
  }
  if (!isObject(value)) return unreadable('it is no object')
  const { version } = value
  if (!isCount(version)) return unreadable('it has no version')
  if (version !== MESSAGE_VERSION) return { result: 'unknown-version', version }
  const wrong = Object.keys(FIELDS).find((name) => !FIELDS[name as Field](value[name]))
  if (wrong !== undefined) return unreadable(`its ${wrong} is not as it must be`)
  const extra = Object.keys(value).find((name) => !Object.hasOwn(FIELDS, name))
  if (extra !== undefined) return unreadable('it has a field that its version does not have')
  return { result: 'message', message: value as unknown as OrderMessage }
}

const unreadable = (reason: string): ReadMessage => ({ result: 'unreadable', reason })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0
const isText = (value: unknown): boolean => typeof value === 'string'
const isIdText = (value: unknown): boolean => typeof value === 'string' && isId(value)

type Field = keyof OrderMessage

const FIELDS: Record<Field, (value: unknown) => boolean> = {
  version: isCount,
  orderId: isIdText,
  saleId: isIdText,
  buyerId: isIdText,
  units: (value) => isCount(value) && value > 0,
  price: isCount,
  currency: isText,
  saleVersion: isCount,
  epoch: isCount,
  stockTokens: (value) => Array.isArray(value) && value.every(isText),
  reservedAtMs: isCount,
}
