// Begin, load, open: a sale enters the engine, and leaves it. All segments begin before any is loaded,
// and each opens by itself; a sale of which some did not open is rebuilding, and is begun again.

import assert from 'node:assert/strict'
import type { SaleId } from '../../../domain/ids.ts'
import { homeSegment } from '../../../domain/stock.ts'
import type { Stock, StockBook, TokenRange } from '../../../ports/stock.ts'
import { segmentScript } from '../script.ts'
import { writeCopy } from './copy.ts'
import { writeHeld } from './held.ts'
import { readSegments } from './readings.ts'
import { chunksOf, type SegmentDeps, type Word } from './segment-calls.ts'

const BEGIN = segmentScript('begin')
const LOAD = segmentScript('load')
const LOAD_TOKENS = segmentScript('load_tokens')
const OPEN = segmentScript('open')

// One or two milliseconds of Redis each.
const HELD_A_CALL = 1000
const TOKENS_A_CALL = 1000

export const stockRebuilding = (
  deps: SegmentDeps,
): Pick<Stock, 'begin' | 'load' | 'loadTokens' | 'open' | 'forget'> => ({
  async begin({ saleId, epoch, strategy, segments }) {
    const { layouts } = deps.calls
    const before = (await layouts.read(saleId)) ?? []
    const layout = layouts.set(saleId, segments)
    const args = [`${epoch}`, strategy, layouts.text(segments)]
    const begin = (all: string[][]) => beginAll(deps, { saleId, layout: all, args })
    const gone = before.filter(([first]) => !layout.some(([now]) => now === first))
    if (gone.length === 0) return begin(layout)
    // The first segment last: while it has the layout before, those that are to go can be found.
    if ((await begin(layout.slice(1))) === 'superseded') return 'superseded'
    await Promise.all(gone.map((keys) => deps.redis.remove(keys)))
    return begin(layout.slice(0, 1))
  },
  async load({ saleId, epoch, held }) {
    const { calls } = deps
    const layout = await calls.layouts.of(saleId)
    if (layout === undefined) return 'rebuilding'
    const homes = Map.groupBy(held, ({ buyerId }) => homeSegment(buyerId, layout.length))
    const loads = [...homes].flatMap(([segment, all]) =>
      chunksOf(all, HELD_A_CALL).map((chunk) => {
        const holders = chunk.flatMap((one) => [one.buyerId, writeHeld(one)])
        const args = [`${epoch}`, calls.layouts.text(layout.length), ...holders]
        return calls.call(LOAD, { saleId, keys: layout[segment]!, args })
      }),
    )
    return allSay(await Promise.all(loads), 'loaded') ? 'loaded' : 'rebuilding'
  },
  loadTokens: (range) => loadTokens(deps, range),
  open: (book) => openAll(deps, book),
  forget: (saleId) => forget(deps, saleId),
})

// All that can be reached begin, also when one cannot.
const beginAll = async (
  { calls }: SegmentDeps,
  { saleId, layout, args }: { saleId: SaleId; layout: string[][]; args: string[] },
): Promise<'begun' | 'superseded'> => {
  const began = await Promise.allSettled(
    layout.map((keys) => calls.call(BEGIN, { saleId, keys, args })),
  )
  const failed = began.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  const words = began.map((one) => (one.status === 'fulfilled' ? one.value?.[0] : undefined))
  return words.every((word) => word === 'begun') ? 'begun' : 'superseded'
}

const allSay = (answers: (Word[] | undefined)[], word: string) =>
  answers.every((answer) => answer?.[0] === word)

const openAll = async (deps: SegmentDeps, book: StockBook): Promise<'open' | 'rebuilding'> => {
  const { calls } = deps
  const { saleId, epoch, copy, total } = book
  const layout = calls.layouts.set(saleId, book.segments)
  const segments = await readSegments(calls, saleId)
  if (segments.length < layout.length || segments.some((one) => one.epoch !== epoch))
    return 'rebuilding'
  const open = segments.filter(({ state }) => state === 'open').length
  if (open === layout.length) return 'open'
  const buyers = sum(segments, (one) => one.buyers)
  // One that is open may have sold since: what is free of the sale can no longer be divided.
  if (open > 0 || buyers !== book.buyers) return 'rebuilding'

  const shares = divide(total - sum(segments, (one) => one.held), layout.length)
  const opened = await Promise.all(
    segments.map((segment, at) => {
      const own = [`${segment.held + shares[at]!}`, `${segment.buyers}`]
      const args = [`${epoch}`, calls.layouts.text(layout.length), ...own, ...writeCopy(copy)]
      return calls.call(OPEN, { saleId, keys: layout[at]!, args })
    }),
  )
  return allSay(opened, 'open') ? 'open' : 'rebuilding'
}

const sum = <Item>(items: Item[], of: (item: Item) => number) =>
  items.reduce((all, item) => all + of(item), 0)

// As evenly as whole units can be.
const divide = (units: number, parts: number): number[] => {
  assert(units >= 0, 'a sale never opens with more held than its total')
  return Array.from({ length: parts }, (_, at) => Math.floor((units + parts - 1 - at) / parts))
}

// All of them are in one segment.
const loadTokens = async ({ calls }: SegmentDeps, { saleId, epoch, from, to }: TokenRange) => {
  const layout = await calls.layouts.of(saleId)
  if (layout === undefined) return 'rebuilding'
  for (let first = from; first <= to; first += TOKENS_A_CALL) {
    const last = Math.min(to, first + TOKENS_A_CALL - 1)
    const args = [`${epoch}`, calls.layouts.text(layout.length), `${first}`, `${last}`]
    const words = await calls.call(LOAD_TOKENS, { saleId, keys: layout[0]!, args })
    if (words?.[0] !== 'loaded') return 'rebuilding'
  }
  return 'loaded'
}

// The first segment last: while it is there, the others can be found.
const forget = async ({ calls, redis }: SegmentDeps, saleId: SaleId) => {
  const layout = await calls.layouts.read(saleId)
  if (layout === undefined) return
  const [first, ...others] = layout
  await Promise.all(others.map((keys) => redis.remove(keys)))
  await redis.remove(first!)
  calls.layouts.forget(saleId)
}
