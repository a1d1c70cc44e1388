// P1: units of orders that were recorded and not released never exceed the total. Now, and at every
// instant of the ledger's history. Also R2: the engine never has more to sell than home.
//
// The history has the grain of the ledger's own times: rows of one millisecond count together, so a
// breach that began and ended within one is not seen. The ledger is expected never to go back in
// time.

import type { Books } from '../books.ts'
import { compare, instant, list, livesOf, sumUnits } from '../lives.ts'
import { whyNotAtRest } from './nothing-is-stranded.ts'

export const neverOversells = (books: Books, history: Replay): string[] => [
  ...homeBook(books),
  ...liveNow(books),
  ...history.breaches,
  ...engineHasNoMore(books),
]

const homeBook = (books: Books): string[] => {
  const { total, available } = books.sale
  const live = sumUnits(liveOf(books))
  const broken: string[] = []
  if (total !== available + live)
    broken.push(`total ${total} is not available ${available} + live ${live}`)
  if (available < 0) broken.push(`available is ${available}`)
  return broken
}

const liveOf = (books: Books) => livesOf(books).filter((life) => life.until === Infinity)

const liveNow = (books: Books): string[] => {
  const lives = liveOf(books)
  const { total } = books.sale
  let over = sumUnits(lives) - total
  if (over <= 0) return []
  const sentence = `${over + total} units are live, of ${total}`
  const last: string[] = []
  for (const life of lives.sort((one, other) => compare(other.from, one.from))) {
    if (over <= 0) break
    over -= life.units
    last.push(life.orderId)
  }
  return [`${sentence}; too many since order ${list(last)} was recorded`]
}

export interface Replay {
  breaches: string[]
  peakUnits: number // most units live at once
  peakAt: number | undefined
  withRestocks: boolean // false: measured against today's total, for not all restocks are known
}

interface Step {
  at: number
  live: number // change of live units
  total: number // change of the total
  orderId: string | undefined // recorded by this step
}

// From the first ledger row to the last. Before the first sale of a unit an operator may still
// change the stock; the total then is what it is today without the restocks.
export const replay = (books: Books): Replay => {
  const { sale, restocks } = books
  const withRestocks = sumUnits(restocks) === sale.restocked
  const steps = stepsOf(books, withRestocks)
  const replayed: Replay = { breaches: [], peakUnits: 0, peakAt: undefined, withRestocks }
  let total = withRestocks ? sale.total - sale.restocked : sale.total
  let live = 0
  let over = false
  for (let next = 0; next < steps.length;) {
    const { at } = steps[next]!
    const recorded: string[] = []
    for (; steps[next]?.at === at; next += 1) {
      live += steps[next]!.live
      total += steps[next]!.total
      if (steps[next]!.orderId !== undefined) recorded.push(steps[next]!.orderId!)
    }
    if (live > replayed.peakUnits) Object.assign(replayed, { peakUnits: live, peakAt: at })
    if (live > total && !over) replayed.breaches.push(breach({ at, live, total, recorded }))
    over = live > total
  }
  return replayed
}

const breach = (now: { at: number; live: number; total: number; recorded: string[] }): string =>
  `at ${instant(now.at)} ${now.live} units were live, of ${now.total}, ` +
  `as order ${list(now.recorded)} was recorded`

const stepsOf = (books: Books, withRestocks: boolean): Step[] => {
  const steps: Step[] = []
  if (withRestocks)
    for (const { at, units } of books.restocks)
      steps.push({ at, live: 0, total: units, orderId: undefined })
  for (const { orderId, units, from, until } of livesOf(books)) {
    steps.push({ at: from, live: units, total: 0, orderId })
    if (until < Infinity) steps.push({ at: until, live: -units, total: 0, orderId: undefined })
  }
  return steps.sort((one, other) => compare(one.at, other.at))
}

// At rest, so that both sides were read in one state.
const engineHasNoMore = (books: Books): string[] => {
  const { sale, engine } = books
  if (engine?.engine !== 'open' || whyNotAtRest(books).length > 0) return []
  const free = engine.available + engine.returning + engine.inTransfer
  if (free <= sale.available) return []
  return [`the engine has ${free} units to sell, home only ${sale.available}`]
}
