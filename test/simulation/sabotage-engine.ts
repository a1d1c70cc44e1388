// Rules of the stock engine taken out alone, and plain mistakes in it: what a release gives back, what opens,
// how units move between segments, which token is whose. Nothing of src is changed; a script's twin is.

import * as segments from '../../src/domain/stock.ts'
import type { Stock } from '../../src/ports/stock.ts'
import { release, type ScriptTwin } from './segment-scripts.ts'
import { isWhole, returningUnits, type ScriptPlace } from './slot.ts'
import { give, take } from './transfer-scripts.ts'
import type { Sabotage, World } from './world.ts'

// A release that gives back whatever the buyer holds by now.
const releaseOfAnyOrder: Sabotage = {
  segmentRules: {
    release: (segment, at) => {
      const held = segment.buyers.get(at.buyerId)
      return segments.release(segment, { ...at, orderId: held?.orderId ?? at.orderId })
    },
  },
}

// Units that come back and may be sold at once, while somebody still remembers "sold out".
const releaseWithoutRest: Sabotage = {
  segmentRules: {
    release: (segment, at) => {
      const answer = segments.release(segment, at)
      for (const back of segment.returning) back.sellableAtMs = at.nowMs
      return answer
    },
  },
}

// A release that the engine executes in whatever epoch it is.
const releaseInAnyEpoch: Sabotage = {
  segmentRules: {
    release: (segment, at) => segments.release(segment, { ...at, epoch: segment.epoch }),
  },
}

// An engine that opens without counting what was loaded, all together or in any segment. That is a second
// guard: nobody hears either whether a chunk has arrived.
const openWithoutCounting: Sabotage = {
  segmentRules: {
    open: (segment, opening, nowMs) =>
      segments.open(segment, { ...opening, buyers: segment.buyers.size }, nowMs),
  },
  ports: (ports) => {
    const open: Stock['open'] = async (book) => {
      const all = await ports.stock.read(book.saleId)
      return ports.stock.open({ ...book, buyers: all.reduce((sum, one) => sum + one.buyers, 0) })
    }
    const load: Stock['load'] = (chunk) => ports.stock.load(chunk).catch(() => 'loaded')
    return { ...ports, stock: { ...ports.stock, load, open } }
  },
}

// An order that is still in transit is answered without being published again.
const noRepublish: Sabotage = {
  segmentRules: {
    reserve: (segment, attempts, nowMs) =>
      segments
        .reserve(segment, attempts, nowMs)
        .map((one) => (one.answer === 'already-reserved' ? { ...one, inTransit: false } : one)),
  },
}

// Units of a restock are added each time the row arrives.
const restockCountedTwice: Sabotage = {
  segmentRules: {
    apply: (segment, at) => {
      const before = segment.copy!
      if (at.copy.restocked > 0) segment.copy = { ...before, version: -1, restocked: 0 }
      return segments.apply(segment, at)
    },
  },
}

// A release that does not look whether the buyer still holds the order.
const releaseWithoutGuard: Sabotage = {
  segmentRules: {
    release: (segment, at) => {
      const answer = segments.release(segment, at)
      if (answer === 'not-held') {
        segment.share += 1
        segment.version += 1
        segment.returning.push({ units: 1, sellableAtMs: at.nowMs + segments.RETURNING_MS })
      }
      return answer
    },
  },
}

// A keeper that repairs: the engine gets as many free units as home has, a moment after it has read them.
const repairByOverwrite: Sabotage = {
  start: (world: World) => {
    const { engine, home, scheduler } = world
    const repair = () => {
      const { available } = home.book
      scheduler.after(5, () => {
        const [book] = engine.segments === 1 ? engine.books() : []
        if (book?.slot.segment.state === 'open') overwrite(book.slot.segment, available)
      })
      if (!world.isHealed) scheduler.after(REPAIR_EVERY_MS, repair)
    }
    repair()
  },
}

const REPAIR_EVERY_MS = 100

const overwrite = (segment: segments.Segment, available: number) => {
  segment.available = available
  segment.returning = []
  segment.share = available + segments.heldUnits(segment)
  segment.version += 1
}

// A book is believed wherever it lies: also on a replica that was promoted, and knows only the half of it.
const replicaBelieved: Sabotage = {
  scripts: (scripts) => {
    const believing = Object.entries(scripts).map(([name, twin]: [string, ScriptTwin]) => [
      name,
      (at: ScriptPlace, args: string[]) => {
        const slot = at.slots.get(at.key)
        if (slot) slot.fence = at.replicationId
        return twin(at, args)
      },
    ])
    return Object.fromEntries(believing)
  },
}

// A transfer that arrives as often as it is brought.
const giveWithoutNumber: Sabotage = {
  strategies: ['segmented'],
  scripts: () => ({
    give: (at, args) => {
      const [, , from, number] = args
      at.slots.get(at.key)?.arrived.set(from!, Number(number) - 1)
      return give(at, args)
    },
  }),
}

// A transfer of the epoch before that arrives in this one.
const giveInAnyEpoch: Sabotage = {
  strategies: ['segmented'],
  scripts: () => ({
    give: (at, [layout, epoch, from, number, units]) => {
      const slot = at.slots.get(at.key)
      const now = slot?.segment.epoch ?? Number(epoch)
      if (now !== Number(epoch)) slot!.arrived.set(from!, Number(number) - 1)
      return give(at, [layout!, `${now}`, from!, number!, units!])
    },
  }),
}

// A transfer that is on its way and takes more units along.
const transferThatGrows: Sabotage = {
  strategies: ['segmented'],
  scripts: () => ({
    take: (at, args) => {
      const slot = at.slots.get(at.key)
      const open = slot?.out.get(args[1]!)
      if (open && isWhole(slot!, at.replicationId)) {
        const more = Math.min(slot!.segment.available, Number(args[2]))
        open.units += more
        slot!.segment.available -= more
      }
      return take(at, args)
    },
  }),
}

// A token that goes back whoever holds it by now.
const tokenGivenBackTwice: Sabotage = {
  strategies: ['tokens'],
  scripts: () => {
    const sold = new Map<string, { units: number; tokens: string[] }>() // by order
    return {
      release: (at, args) => {
        const slot = at.slots.get(at.key)
        for (const { orderId, units, stockTokens } of slot?.segment.buyers.values() ?? [])
          sold.set(orderId, { units, tokens: stockTokens })
        const answers = [release(at, args)].flat()
        answers.forEach((answer, place) => {
          const again = sold.get(args[2 + 3 * place]!)
          if (answer !== 'not-held' || again === undefined || slot?.strategy !== 'tokens') return
          for (const token of again.tokens.filter((one) => !slot.tokens.has(one))) {
            slot.tokens.add(token)
            slot.segment.available += 1
            slot.segment.share += 1
          }
        })
        return answers
      },
    }
  },
}

// The second word for an order does not say which tokens are its own.
const tokensForgotten: Sabotage = {
  strategies: ['tokens'],
  ports: (ports) => {
    const reserve: Stock['reserve'] = async (batch) => {
      const reserved = await ports.stock.reserve(batch)
      const answers = reserved.answers.map((one) =>
        one.answer === 'already-reserved' ? { ...one, stockTokens: [] } : one,
      )
      return { ...reserved, answers }
    }
    return { ...ports, stock: { ...ports.stock, reserve } }
  },
}

// What rests does not count as left: "sold out" is remembered while units are about to be sold again.
const restingNotCounted: Sabotage = {
  strategies: ['counter'],
  scripts: ({ reserve }) => ({
    reserve: (at, args) => {
      const words = [reserve(at, args)].flat()
      const slot = at.slots.get(at.key)
      if (slot && words.length > 1) words[3] = Number(words[3]) - returningUnits(slot)
      return words
    },
  }),
}

export const ENGINE_SABOTAGES = {
  noRepublish,
  openWithoutCounting,
  releaseInAnyEpoch,
  releaseOfAnyOrder,
  releaseWithoutGuard,
  releaseWithoutRest,
  restockCountedTwice,
  repairByOverwrite,
  replicaBelieved,
  giveWithoutNumber,
  giveInAnyEpoch,
  transferThatGrows,
  tokenGivenBackTwice,
  tokensForgotten,
  restingNotCounted,
}
