// What became of a few attempts, step by step, for whoever looks for lost time. The trace of an order has an
// id that is made of the order's: every process that meets the order knows it, and whether it is one
// of the few, without having been told. Nothing is decided by a trace.

import type { OrderId } from './ids.ts'

export interface Span extends SpanAt {
  name: string
  parentSpanId?: string
  links?: SpanAt[] // to what it has to do with, in another trace
  startedAtMs: number // by the store's clock, with fractions
  endedAtMs: number
  attributes: Record<string, string | number | boolean>
  failed?: boolean
}

export interface SpanAt {
  traceId: string // 32 hexadecimal digits, not all 0
  spanId: string // 16 of them
}

// `seckill` and a zero, in letters: what is made here is told apart from what others make at random.
const OURS = '7365636b696c6c00'

// Of the order, and of the span that all others of it belong to: its first attempt.
export const orderTrace = (orderId: OrderId): SpanAt => {
  const spanId = BigInt(orderId).toString(16).padStart(16, '0')
  return { traceId: OURS + spanId, spanId }
}

// Of one rebuild of one sale. No order id begins with a bit that is set.
export const rebuildTrace = ({ saleId, epoch }: { saleId: string; epoch: number }): SpanAt => {
  const sale = BigInt.asUintN(31, BigInt(saleId)).toString(16).padStart(8, '0')
  const spanId = `${'89abcdef'[Number.parseInt(sale[0]!, 16)]}${sale.slice(1)}${hex32(epoch)}`
  return { traceId: OURS + spanId, spanId }
}

const hex32 = (value: number) => (value >>> 0).toString(16).padStart(8, '0')

// The last digits of an id are different enough, and no more of them are looked at: everybody asks.
const LOOKED_AT = 7

// Always the same answer for the same order: a share of all of them. FNV-1a, and then its bits are mixed once
// more, because orders that follow each other differ in few digits. http://www.isthe.com/chongo/tech/comp/fnv/
export const isTraced = (orderId: OrderId, share: number): boolean => {
  let hash = 0x811c9dc5
  const { length } = orderId
  for (let at = Math.max(0, length - LOOKED_AT); at < length; at += 1)
    hash = Math.imul(hash ^ orderId.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0 < share * ALL_HASHES
}

const ALL_HASHES = 2 ** 32

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/

// https://www.w3.org/TR/trace-context/#traceparent-header
export const readTraceparent = (header: string): SpanAt | undefined => {
  const [, traceId, spanId] = TRACEPARENT.exec(header) ?? []
  return traceId === undefined ? undefined : { traceId, spanId: spanId! }
}
