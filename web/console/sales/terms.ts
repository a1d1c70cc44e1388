// The terms of a sale as texts in a form, and as the API takes them. Money is typed in whole units of the
// currency and sent in minor ones; times are typed in the zone that the operator has chosen.

import { digitsOf } from '../pieces/format.ts'
import type { Sale } from '../shapes.ts'
import { daysLater, localText, localTime } from './zone.ts'

export const TERM_NAMES = [
  'title',
  'price',
  'stock',
  'startsAt',
  'endsAt',
  'perBuyerLimit',
  'payWithinMs',
] as const

export const LIMIT_NAMES = [
  'attemptsPerSecond',
  'attemptsBurst',
  'buyerPerSecond',
  'challenge',
] as const

// What is seldom said.
export const MORE_NAMES = ['strategy', 'segments', 'admission', 'tokensFromMs'] as const

export type TermName = (typeof TERM_NAMES)[number] | (typeof LIMIT_NAMES)[number]

export type MoreName = (typeof MORE_NAMES)[number] | 'productId' | 'rehearsal'

export type TermTexts = Record<TermName | MoreName, string>

export type TextFault = 'needed' | 'not-a-number' | 'not-a-price' | 'not-a-time'

export type Faults<Name extends string = string> = Partial<Record<Name, TextFault>>

export const NEW_PRODUCT = 'new' // instead of the id of one that is there
export const YES = 'yes' // of what is ticked; empty where it is not

const MINUTE_MS = 60_000
const WEEK_DAYS = 7

const soon = (nowMs: number) => Math.ceil((nowMs + 5 * MINUTE_MS) / (5 * MINUTE_MS)) * 5 * MINUTE_MS

export const newTerms = (nowMs: number, zone: string): TermTexts => ({
  productId: NEW_PRODUCT,
  title: '',
  price: '',
  stock: '',
  startsAt: localText(soon(nowMs), zone),
  endsAt: localText(soon(nowMs) + 60 * MINUTE_MS, zone),
  perBuyerLimit: '1',
  payWithinMs: '15',
  strategy: 'counter',
  segments: '',
  admission: 'open',
  tokensFromMs: '',
  rehearsal: '',
  attemptsPerSecond: '',
  attemptsBurst: '',
  buyerPerSecond: '',
  challenge: 'suspicion',
})

export const textsOf = (sale: Sale, zone: string): TermTexts => {
  const { limits, stock } = sale
  const text = (value: number | undefined) => (value === undefined ? '' : String(value))
  return {
    productId: sale.productId,
    title: sale.title,
    price: priceText(sale.price, sale.currency),
    stock: text(stock?.total),
    startsAt: localText(Date.parse(sale.startsAt), zone),
    endsAt: localText(Date.parse(sale.endsAt), zone),
    perBuyerLimit: text(sale.perBuyerLimit),
    payWithinMs: text(sale.payWithinMs / MINUTE_MS),
    strategy: sale.strategy,
    segments: text(sale.segments),
    admission: sale.admission,
    tokensFromMs: text(sale.tokensFromMs / MINUTE_MS),
    rehearsal: sale.rehearsal ? YES : '',
    attemptsPerSecond: text(limits.attemptsPerSecond),
    attemptsBurst: text(limits.attemptsBurst),
    buyerPerSecond: text(limits.buyerPerSecond),
    challenge: limits.challenge ?? 'suspicion',
  }
}

// The terms of another sale with a start that is to come: the same hour of the same weekday, or, for a rehearsal,
// soon. It lasts as long.
export const textsLike = (
  sale: Sale,
  { nowMs, zone, as }: { nowMs: number; zone: string; as: 'clone' | 'rehearsal' },
): TermTexts => {
  const texts = textsOf(sale, zone)
  const startsAtMs = as === 'rehearsal' ? soon(nowMs) : nextWeek(texts.startsAt, { nowMs, zone })
  const lastsMs = Date.parse(sale.endsAt) - Date.parse(sale.startsAt)
  return {
    ...texts,
    startsAt: localText(startsAtMs, zone),
    endsAt: localText(startsAtMs + lastsMs, zone),
    rehearsal: as === 'rehearsal' ? YES : texts.rehearsal,
  }
}

const nextWeek = (text: string, { nowMs, zone }: { nowMs: number; zone: string }): number => {
  for (let days = WEEK_DAYS; ; days += WEEK_DAYS) {
    const time = localTime(daysLater(text, days), zone)
    if (time.kind === 'none') return soon(nowMs)
    if (time.kind !== 'skipped' && time.atMs > nowMs) return time.atMs
  }
}

export interface Typed {
  zone: string // of the times
  currency: string // of the price
}

// What a form says, as the API takes it, or what is wrong with the texts themselves.
export const bodyOf = (texts: TermTexts, { zone, currency }: Typed) => {
  const faults: Faults<keyof TermTexts> = {}
  for (const name of TERM_NAMES) if (texts[name].trim() === '') faults[name] = 'needed'
  const number = (name: keyof TermTexts): number | undefined => {
    if (texts[name].trim() === '') return undefined
    const value = Number(texts[name])
    if (!Number.isFinite(value)) faults[name] ??= 'not-a-number'
    return value
  }
  const minutes = (name: keyof TermTexts) => {
    const value = number(name)
    return value === undefined ? undefined : Math.round(value * MINUTE_MS)
  }
  const time = (name: 'startsAt' | 'endsAt') => {
    const found = localTime(texts[name], zone)
    if ('atMs' in found) return new Date(found.atMs).toISOString()
    faults[name] ??= 'not-a-time'
    return undefined
  }
  const price = minorUnits(texts.price, currency)
  if (price === undefined) faults.price ??= 'not-a-price'
  const body = {
    productId: texts.productId,
    title: texts.title.trim(),
    price,
    currency,
    stock: number('stock'),
    startsAt: time('startsAt'),
    endsAt: time('endsAt'),
    perBuyerLimit: number('perBuyerLimit'),
    payWithinMs: minutes('payWithinMs'),
    strategy: texts.strategy,
    segments: number('segments'),
    admission: texts.admission,
    tokensFromMs: minutes('tokensFromMs'),
    rehearsal: texts.rehearsal === YES,
    limits: {
      attemptsPerSecond: number('attemptsPerSecond'),
      attemptsBurst: number('attemptsBurst'),
      buyerPerSecond: number('buyerPerSecond'),
      challenge: texts.challenge,
    },
  }
  return { body, faults }
}

// Undefined: it is no amount of that currency. Digits are moved as text, so that nothing is rounded.
export const minorUnits = (text: string, currency: string): number | undefined => {
  const digits = digitsOf(currency)
  const [, before, after = ''] = /^\s*(\d+)(?:\.(\d+))?\s*$/.exec(text) ?? []
  if (before === undefined || after.length > digits) return undefined
  return Number(before + after.padEnd(digits, '0'))
}

export const priceText = (price: number, currency: string) =>
  (price / 10 ** digitsOf(currency)).toFixed(digitsOf(currency))

// The same instants in the clocks of another zone; what is no instant stays as it was typed.
export const inOtherZone = (texts: TermTexts, of: { from: string; to: string }): TermTexts => {
  const moved = (text: string) => {
    const time = localTime(text, of.from)
    return 'atMs' in time ? localText(time.atMs, of.to) : text
  }
  return { ...texts, startsAt: moved(texts.startsAt), endsAt: moved(texts.endsAt) }
}
