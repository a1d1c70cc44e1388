// What a running engine says of itself about one sale: the answer of its audit endpoint. An engine
// keeps its book in memory or in Redis, not in the database, so this is the only sight of it there is. It is
// held against the database, never believed.

import { readFileSync } from 'node:fs'
import { UnreadableInput } from './answers.ts'

export interface EngineBook {
  engine: string // open, rebuilding or absent
  epoch: number
  total: number // units, like the rest; home's own, as the engine's process read them
  homeAvailable: number
  live: number
  available: number // the engine's
  returning: number
  held: number
  inTransit: number
  inTransfer: number
  drift: number | null // orders on which the engine and home disagree; null: cannot be said now
  driftOrders: string[]
}

const NUMBERS = [
  'epoch',
  'total',
  'homeAvailable',
  'live',
  'available',
  'returning',
  'held',
  'inTransit',
  'inTransfer',
] as const

export const readEngineBook = (file: string): EngineBook => {
  const book = parsed(file)
  const wrong = NUMBERS.find((name) => !Number.isSafeInteger(book[name]))
  if (wrong !== undefined) throw new UnreadableInput(`${file}: ${wrong} is not a whole number`)
  if (typeof book.engine !== 'string' || !Array.isArray(book.driftOrders))
    throw new UnreadableInput(`${file} is not the answer of the audit endpoint`)
  return book
}

const parsed = (file: string): EngineBook => {
  try {
    const book = JSON.parse(readFileSync(file, 'utf8')) as EngineBook | null
    if (typeof book === 'object' && book !== null) return book
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UnreadableInput(`${file} cannot be read: ${why}`, cause)
  }
  throw new UnreadableInput(`${file} is not the answer of the audit endpoint`)
}
