// All generator processes: buyers and connections are split between them, all begin at one instant,
// and what they counted is added up.

import { addTally, newTally } from '../counts/tally.ts'
import type { IssuedToken } from '../tokens.ts'
import { type OrderOf, startChild } from './child.ts'
import type { AnswerTo, Counted, News, Opening, Order, Progress } from './messages.ts'

export interface Generators extends AsyncDisposable {
  enlist(issued: IssuedToken[]): Promise<void>
  connect(of: { urls: string[]; connections: number }): Promise<void>
  open(opening: Omit<Opening, 'partOfHerd'>): Promise<void> // resolves when the day is over
  tell(news: News): void
  progress(): Progress
  askOnceMore(holdersMax: number): Promise<void>
  count(): Promise<CountedInAll>
  // One order for each process; the answers come in the same order.
  each<Name extends Order['order']>(orders: OrderOf<Name>[]): Promise<AnswerTo[Name][]>
}

export interface CountedInAll extends Counted {
  busiestOpeningMs: number // of a processor, most that one process used in the opening
}

export const startGenerators = (processes: number): Generators => {
  const children = Array.from({ length: processes }, startChild)
  const each: Generators['each'] = (orders) =>
    Promise.all(children.map((child, at) => child.ask(orders[at]!)))

  return {
    each,
    async enlist(issued) {
      const isOf = (at: number) => (_: unknown, index: number) => index % processes === at
      await each(children.map((_, at) => ({ order: 'enlist', issued: issued.filter(isOf(at)) })))
    },
    async connect({ urls, connections }) {
      const counts = split(connections, processes)
      await each(counts.map((count) => ({ order: 'connect', urls, connections: count })))
    },
    async open(opening) {
      const part = { ...opening, partOfHerd: 1 / processes }
      await each(children.map(() => ({ order: 'open', opening: part })))
    },
    tell: (news) => children.forEach((child) => child.tell(news)),
    progress: () => inAll(children.map((child) => child.progress())),
    async askOnceMore(holdersMax) {
      const counts = split(holdersMax, processes)
      await each(counts.map((count) => ({ order: 'ask-once-more', holdersMax: count })))
    },
    count: async () => addUp(await each(children.map(() => ({ order: 'count' })))),
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map((child) => child.end()))
    },
  }
}

// Whole parts, the first ones one larger where it does not come out even.
export const split = (whole: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, at) => Math.floor((whole + parts - 1 - at) / parts))

const inAll = (parts: Progress[]): Progress => {
  const [first, ...others] = parts as [Progress, ...Progress[]]
  const all = { ...first }
  for (const part of others)
    for (const what of Object.keys(all) as (keyof Progress)[]) all[what] += part[what]
  return all
}

const addUp = (counted: Counted[]): CountedInAll => {
  const tally = newTally(counted[0]!.tally.timeline.openedAtMs)
  const all: CountedInAll = { tally, unknown: 0, leftInLine: 0, cpuMs: 0, busiestOpeningMs: 0 }
  for (const one of counted) {
    addTally(tally, one.tally)
    for (const what of ['unknown', 'leftInLine', 'cpuMs'] as const) all[what] += one[what]
    const { from, until } = one.tally.openingCpuMs
    all.busiestOpeningMs = Math.max(all.busiestOpeningMs, until - from)
  }
  return all
}
