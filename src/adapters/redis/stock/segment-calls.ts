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
  // One answer per item, each from its buyer's home segment; items of one segment go in one call. With
  // `apart`, what cannot be reached is `undefined` as well and keeps nobody else's answer back.
  callHomes<Item extends { saleId: SaleId; buyerId: BuyerId }>(
    script: Script,
    of: { items: Item[]; argsOf: (item: Item) => string[]; apart?: boolean },
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
    async callHomes(script, { items, argsOf, apart = false }) {
      const answers: (Word | undefined)[] = items.map(() => undefined)
      const askSale = async (saleId: SaleId, places: number[]) => {
        const layout = await layouts.of(saleId)
        if (layout === undefined) return
        const own = layouts.text(layout.length)
        const home = (at: number) => homeSegment(items[at]!.buyerId, layout.length)
        const batches = [...Map.groupBy(places, home)].flatMap(([segment, at]) =>
          chunksOf(at, ITEMS_MAX).map((batch) => ({ keys: layout[segment]!, batch })),
        )
        const asked = batches.map(async ({ keys, batch }) => {
          const args = [own, ...batch.flatMap((at) => argsOf(items[at]!))]
          const words = await call(script, { saleId, keys, args })
          if (words) for (const [place, at] of batch.entries()) answers[at] = words[place]
        })
        await together(asked, apart)
      }
      const sales = Map.groupBy(items.keys(), (at) => items[at]!.saleId)
      const asked = [...sales].map(([saleId, places]) => askSale(saleId, places))
      await together(asked, apart)
      return answers
    },
  }
}

// Apart, a failure is that one's own.
const together = async (calls: Promise<void>[], apart: boolean): Promise<void> => {
  const ended = await Promise.allSettled(calls)
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed && !apart) throw failed.reason
}

export const chunksOf = <Item>(items: Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
