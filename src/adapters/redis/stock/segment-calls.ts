// Calls of scripts on the segments of a sale. Whatever a segment answers that is not whole, of another
// layout, or not there, is `undefined` here: rebuilding. The layout is then read anew for the next call.

import { type BuyerId, type SaleId } from '../../../domain/ids.ts'
import { homeSegment } from '../../../domain/stock.ts'
import type { Layouts } from '../layouts.ts'
import type { Redis } from '../redis.ts'
import type { Script } from '../script.ts'

export type Word = string | number // of an answer

export interface SegmentCalls {
  layouts: Layouts
  // The answer of one segment, as a list also where it is one word.
  call(script: Script, at: SegmentCall): Promise<Word[] | undefined>
  // One answer per item, each from its buyer's home segment; items of one segment go in one call.
  callHomes<Item extends { saleId: SaleId; buyerId: BuyerId }>(
    script: Script,
    of: { items: Item[]; argsOf: (item: Item) => string[] },
  ): Promise<(Word | undefined)[]>
}

export interface SegmentCall {
  saleId: SaleId
  keys: string[] // of the segment
  args: string[]
}

export interface SegmentDeps {
  redis: Redis
  calls: SegmentCalls
}

// A script's arguments stay far below what Lua can unpack (7,999).
const ITEMS_MAX = 1000

export const segmentCalls = (deps: { redis: Redis; layouts: Layouts }): SegmentCalls => {
  const { redis, layouts } = deps

  const call: SegmentCalls['call'] = async (script, { saleId, keys, args }) => {
    const answer = (await redis.evaluate(script, { keys, args })) as Word | Word[]
    const words = Array.isArray(answer) ? answer : [answer]
    if (words.length !== 1 || words[0] !== 'rebuilding') return words
    layouts.forget(saleId)
    return undefined
  }

  return {
    layouts,
    call,
    async callHomes(script, { items, argsOf }) {
      const answers: (Word | undefined)[] = items.map(() => undefined)
      const places = [...items.keys()]
      for (const [saleId, ofSale] of Map.groupBy(places, (at) => items[at]!.saleId)) {
        const layout = await layouts.of(saleId)
        if (layout === undefined) continue
        const home = (at: number) => homeSegment(items[at]!.buyerId, layout.length)
        const batches = [...Map.groupBy(ofSale, home)].flatMap(([segment, at]) =>
          chunksOf(at, ITEMS_MAX).map((batch) => ({ keys: layout[segment]!, batch })),
        )
        await Promise.all(
          batches.map(async ({ keys, batch }) => {
            const args = batch.flatMap((at) => argsOf(items[at]!))
            const words = await call(script, {
              saleId,
              keys,
              args: [layouts.text(layout.length), ...args],
            })
            if (words) for (const [place, at] of batch.entries()) answers[at] = words[place]
          }),
        )
      }
      return answers
    },
  }
}

export const chunksOf = <Item>(items: Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
