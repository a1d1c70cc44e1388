// P1: units of orders that were recorded and not released never exceed the total. Now, and at every
// instant of the ledger's history. Also R2: the engine never has more to sell than home.
//
// The history has the grain of the ledger's own times: rows of one millisecond count together, so a
// breach that began and ended within one is not seen. The ledger is expected never to go back in
// time.

import type { Books } from '../books.ts'
import { compare, instant, list, livesOf, liveUnits, sumUnits } from '../lives.ts'
import { whyNotAtRest } from './nothing-is-stranded.ts'

export const neverOversells = (books: Books, history: Replay): string[] => [
  ...homeBook(books),
  ...liveNow(books),
  ...history.breaches,
  ...engineHasNoMore(books),
]

const homeBook = (books: Books): string[] => {
  const { total, available } = books.sale
  const live = liveUnits(books)
  const broken: string[] = []
  if (total !== available + live)
    broken.push(`total ${total} is not available ${available} + live ${live}`)
  if (available < 0) broken.push(`available is ${available}`)
  return broken
}

const liveNow = (books: Books): string[] => {
  const { total } = books.sale
  const live = liveUnits(books)
  if (live <= total) return []
  const lives = livesOf(books).filter((life) => life.until === Infinity)
  const last: string[] = []
  let over = live - total
  for (const life of [...lives].sort((one, other) => compare(other.from, one.from))) {
    if (over <= 0) break
    over -= life.units
    last.push(life.orderId)
  }
  return [`${live} units are live, of ${total}; too many since order ${list(last)} was recorded`]
}

export interface Replay {
  breaches: string[]
  peakUnits: number // most units live at once
  peakAt: number | undefined
  withRestocks: boolean // false: measured against today's total, for not all restocks are known
}

// From the first ledger row to the last. Before the first sale of a unit an operator may still
// change the stock; the total then is what it is today without the restocks.
export const replay = (books: Books): Replay => {
  const { sale, restocks } = books
  const withRestocks = sumUnits(restocks) === sale.restocked
  const changes = changesOf(books, withRestocks)
  const replayed: Replay = { breaches: [], peakUnits: 0, peakAt: undefined, withRestocks }
  let total = withRestocks ? sale.total - sale.restocked : sale.total
  let live = 0
  let over = false
  for (const at of [...changes.keys()].sort(compare)) {
    live += changes.get(at)!.live
    total += changes.get(at)!.total
    if (live > replayed.peakUnits) Object.assign(replayed, { peakUnits: live, peakAt: at })
    if (live > total && !over) replayed.breaches.push(breach(books, { at, live, total }))
    over = live > total
  }
  return replayed
}

const breach = (books: Books, now: { at: number; live: number; total: number }): string => {
  const recorded = livesOf(books).filter(({ from }) => from === now.at)
  const ids = list(recorded.map(({ orderId }) => orderId).toArray())
  return `at ${instant(now.at)} ${now.live} units were live, of ${now.total}, as order ${ids} was recorded`
}

interface Change {
  live: number // units, like the next
  total: number
}

// By instant, all that happened then.
const changesOf = (books: Books, withRestocks: boolean): Map<number, Change> => {
  const changes = new Map<number, Change>()
  const add = (at: number, what: keyof Change, units: number) => {
    let change = changes.get(at)
    if (!change) changes.set(at, (change = { live: 0, total: 0 }))
    change[what] += units
  }
  if (withRestocks) for (const { at, units } of books.restocks) add(at, 'total', units)
  for (const { units, from, until } of livesOf(books)) {
    add(from, 'live', units)
    if (until < Infinity) add(until, 'live', -units)
  }
  return changes
}

// At rest, so that both sides were read in one state.
const engineHasNoMore = (books: Books): string[] => {
  const { sale, engine } = books
  if (engine?.engine !== 'open' || whyNotAtRest(books).length > 0) return []
  const free = engine.available + engine.returning + engine.inTransfer
  if (free <= sale.available) return []
  return [`the engine has ${free} units to sell, home only ${sale.available}`]
}
