// What makes a sale ready, one check each: pure functions of what was found. A check says what is the
// case, and what to do when it is not as it should be.

import type { Product, Sale, Strategy } from '../../domain/sale.ts'
import { preheatAtMs, tokenWindow } from '../../domain/sale.ts'
import type { QueueLag } from '../../ports/order-queue.ts'
import type { ReconciledBooks } from '../stock/reconcile.ts'

export interface Check {
  check: CheckName
  level: CheckLevel
  says: string
}

export const CHECK_LEVELS = ['ok', 'warn', 'fail'] as const
export type CheckLevel = (typeof CHECK_LEVELS)[number]

export const CHECK_NAMES = [
  'state',
  'start',
  'engine',
  'tokens',
  'price',
  'units',
  'rates',
  'payment',
  'books',
  'queue',
  'loops',
  'store',
] as const
export type CheckName = (typeof CHECK_NAMES)[number]

export interface SaleFacts {
  sale: Sale
  product: Product | undefined
  books: ReconciledBooks
  lag: QueueLag
  strategies: readonly Strategy[] // of the stock engine
  unready: string[] // loops that fail
  storeFailure: string | undefined // why it cannot be written
  rates: { salePerSecond: number; buyerPerSecond: number } // of all sales, where this one sets none
  nowMs: number
}

type Said = Omit<Check, 'check'>

export const readinessChecks = (facts: SaleFacts): Check[] =>
  CHECK_NAMES.map((check) => ({ check, ...CHECKS[check](facts) }))

const ok = (says: string): Said => ({ level: 'ok', says })
const warn = (says: string): Said => ({ level: 'warn', says })
const fail = (says: string): Said => ({ level: 'fail', says })

const CHECKS: Record<CheckName, (facts: SaleFacts) => Said> = {
  state({ sale, nowMs }) {
    if (sale.closedAtMs !== undefined) return fail('it is closed for good: clone it')
    if (nowMs >= sale.endsAtMs) return fail('it is over: clone it')
    if (sale.paused) return fail('it is paused: resume it')
    if (sale.rehearsal) return warn('it is a rehearsal: pages do not list it')
    return ok('neither paused nor closed')
  },

  start({ sale, nowMs }) {
    const leftMs = sale.startsAtMs - nowMs
    if (leftMs <= 0) return warn(`it began ${inWords(-leftMs)} ago`)
    return ok(`in ${inWords(leftMs)}, for ${inWords(sale.endsAtMs - sale.startsAtMs)}`)
  },

  engine({ sale, books, strategies, nowMs }) {
    const { engine, total, available, held, unaccounted } = books
    if (!strategies.includes(sale.strategy))
      return fail(`it does not know the strategy ${sale.strategy}: set SECKILL_STOCK_URL as it was`)
    if (engine !== 'open') {
      const leftMs = preheatAtMs(sale) - nowMs
      const when = `the keeper puts it there in ${inWords(leftMs)}; to be sure now, preheat it`
      if (engine === 'absent' && leftMs > 0) return warn(`not in the engine yet: ${when}`)
      return fail(`the engine is ${engine}: look at the log of the keeper, or preheat the sale`)
    }
    if (unaccounted.engine)
      return fail(`it has ${total - unaccounted.engine} units, and the sale has ${total}`)
    if (nowMs < sale.startsAtMs && held > 0) return fail(`${held} units are held before the start`)
    return ok(`open, ${available} of ${total} units available`)
  },

  tokens({ sale, nowMs }) {
    const { fromMs } = tokenWindow(sale)
    if (sale.tokensFromMs === 0)
      return warn('none before the start: all buyers fetch theirs at once; set tokensFromMs')
    return ok(nowMs >= fromMs ? 'good now' : `good in ${inWords(fromMs - nowMs)}`)
  },

  price({ sale, product }) {
    if (product === undefined) return fail('its product does not exist')
    if (sale.price * 10 < product.listPrice)
      return warn(
        `${sale.price} is more than 90 % below the list price ${product.listPrice}: a slip?`,
      )
    if (sale.price >= product.listPrice)
      return warn(`${sale.price} is not below the list price ${product.listPrice}`)
    const off = Math.round((1 - sale.price / product.listPrice) * 100)
    return ok(`${off} % below the list price`)
  },

  units({ sale, books }) {
    const { perBuyerLimit } = sale
    if (perBuyerLimit * 10 > books.total)
      return warn(`${books.total}, and ten buyers can have them all: a buyer gets ${perBuyerLimit}`)
    return ok(`${books.total}, at most ${perBuyerLimit} a buyer`)
  },

  rates({ sale, books, rates }) {
    const perSecond = sale.limits.attemptsPerSecond ?? rates.salePerSecond
    const buyerPerSecond = sale.limits.buyerPerSecond ?? rates.buyerPerSecond
    if (perSecond * MINUTE_S < books.total)
      return warn(
        `${perSecond} attempts a second: selling ${books.total} units takes over a minute`,
      )
    if (buyerPerSecond > BUYER_PER_SECOND_MAX)
      return warn(`a buyer may try ${buyerPerSecond} times a second: that is for programs`)
    return ok(`${perSecond} attempts a second, ${buyerPerSecond} a buyer`)
  },

  payment({ sale }) {
    const { payWithinMs, startsAtMs, endsAtMs } = sale
    if (payWithinMs < PAY_WITHIN_MS_MIN)
      return warn(`within ${inWords(payWithinMs)}: too short for people`)
    if (payWithinMs > endsAtMs - startsAtMs)
      return warn(`within ${inWords(payWithinMs)}: what is not paid comes back after the end`)
    return ok(`within ${inWords(payWithinMs)}`)
  },

  books({ books }) {
    const { drift, oversold, duplicateBuyers } = books
    if (oversold > 0) return fail(`${oversold} units oversold: pause the sale and look at the log`)
    if (duplicateBuyers > 0) return fail(`${duplicateBuyers} buyers with two live orders`)
    if (drift === undefined) return warn('not comparable while the engine is rebuilt: ask again')
    if (drift > 0) return fail(`${drift} orders on which they disagree: look at the audit`)
    return ok('they agree')
  },

  queue({ lag, nowMs }) {
    const { messages, oldestAtMs } = lag
    const ageMs = oldestAtMs === undefined ? 0 : nowMs - oldestAtMs
    if (ageMs > QUEUE_AGE_MS_MAX)
      return fail(`${messages} orders wait, the oldest for ${inWords(ageMs)}: look at the worker`)
    return messages === 0 ? ok('empty') : warn(`${messages} orders wait to be recorded`)
  },

  loops({ unready }) {
    if (unready.length > 0) return fail(`${unready.join(', ')} fail: look at the log`)
    return ok('all that this process does works')
  },

  store({ storeFailure }) {
    if (storeFailure !== undefined) return fail(`it cannot be written: ${storeFailure}`)
    return ok('it can be written')
  },
}

const MINUTE_S = 60
const BUYER_PER_SECOND_MAX = 10
const PAY_WITHIN_MS_MIN = 120_000
const QUEUE_AGE_MS_MAX = 10_000

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

// The largest unit of which there are at least two, or seconds.
const inWords = (ms: number): string => {
  const [unitMs, unit] = UNITS.find(([size]) => ms >= 2 * size) ?? UNITS[3]
  return `${Math.round(ms / unitMs)} ${unit}`
}
