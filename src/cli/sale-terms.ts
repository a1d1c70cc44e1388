// The terms of a sale that may be said when it is made, cloned or edited, as options and as the API has
// them.

import { type Command, Option } from 'commander'
import {
  CHALLENGE_RULES,
  type ChallengeRule,
  SALE_RANGES,
  STRATEGIES,
  type Strategy,
} from '../domain/sale.ts'
import { duration, id, type Instant, instant, resolved, whole } from './arguments.ts'
import { PRICES } from './price.ts'
import type { SaleView } from './sale-view.ts'

export const STOCKS = { min: 1, max: 10_000_000 }
const RATES = { min: 1, max: 100_000_000 }

export interface MoreTermOptions {
  perBuyer?: number
  payWithin?: number
  tokensFrom?: number
  attemptsPerSecond?: number
  attemptsBurst?: number
  buyerPerSecond?: number
  challenge?: ChallengeRule
  strategy?: Strategy
  segments?: number
  limits?: boolean // false: none of its own
  rehearsal?: boolean
}

// How the engine holds the units; which strategies it knows the server says.
export const strategyOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--strategy <strategy>', 'how the stock engine holds the units').choices(
        STRATEGIES,
      ),
    )
    .option(
      '--segments <count>',
      'with the strategy segmented: over how many parts of Redis',
      whole(SALE_RANGES.segments),
    )

// What is seldom said.
export const moreTermOptions = (command: Command): Command =>
  strategyOptions(command)
    .option('--per-buyer <units>', 'most units one buyer may hold', whole({ min: 1, max: 100 }))
    .option('--pay-within <duration>', 'how long an order may stay unpaid, like 15m', duration)
    .option('--tokens-from <duration>', 'how long before the start tokens are good', duration)
    .option('--attempts-per-second <count>', 'most attempts on this sale', whole(RATES))
    .option('--attempts-burst <count>', 'most attempts on it at once', whole(RATES))
    .option('--buyer-per-second <count>', 'most attempts of one buyer', whole(RATES))
    .addOption(
      new Option('--challenge <when>', 'when buyers have to solve a challenge').choices(
        CHALLENGE_RULES,
      ),
    )
    .option('--rehearsal', 'do not show it on the page')

export const moreTerms = (options: MoreTermOptions, limitsNow: SaleView['limits'] = {}) => ({
  perBuyerLimit: options.perBuyer,
  payWithinMs: options.payWithin,
  tokensFromMs: options.tokensFrom,
  strategy: options.strategy,
  segments: options.segments,
  limits: limitsOf(options, limitsNow),
  rehearsal: options.rehearsal,
})

// Limits that are not named stay as they are.
const limitsOf = (options: MoreTermOptions, limitsNow: SaleView['limits']) => {
  const { attemptsPerSecond, attemptsBurst, buyerPerSecond, challenge } = options
  const limits = { attemptsPerSecond, attemptsBurst, buyerPerSecond, challenge }
  const said = Object.entries(limits).filter(([, value]) => value !== undefined)
  if (said.length === 0 && options.limits !== false) return undefined
  return { ...(options.limits === false ? {} : limitsNow), ...Object.fromEntries(said) }
}

export interface NewTermOptions extends MoreTermOptions {
  product?: string
  title?: string
  price?: number
  stock?: number
  startsAt?: Instant
  endsAt?: Instant
  yes?: true
}

// All terms, for a sale that has some already.
export const newTermOptions = (command: Command): Command =>
  moreTermOptions(
    command
      .option('--title <words>', 'what the page calls it')
      .option('--product <id>', 'product that is sold', id)
      .option('--price <price>', 'of one unit, in minor units: 99900 is 999.00', whole(PRICES))
      .option('--stock <units>', 'units to sell', whole(STOCKS))
      .option('--starts-at <instant>', 'RFC 3339, or from now: +30s, +5m', instant)
      .option('--ends-at <instant>', 'RFC 3339, or from the start: +1h', instant),
  )
    .option('--no-rehearsal', 'show it on the page')
    .option('--no-limits', 'no limits of its own: those of the settings')
    .option('--yes', 'the price is right, do not ask')

export const newTerms = (options: NewTermOptions, of: { sale: SaleView; nowMs: number }) => {
  const { startsAt, endsAt } = options
  const startsAtMs = startsAt ? resolved(startsAt, of.nowMs) : Date.parse(of.sale.startsAt)
  return {
    title: options.title,
    productId: options.product,
    price: options.price,
    stock: options.stock,
    startsAt: startsAt && new Date(startsAtMs).toISOString(),
    endsAt: endsAt && new Date(resolved(endsAt, startsAtMs)).toISOString(),
    ...moreTerms(options, of.sale.limits),
  }
}
