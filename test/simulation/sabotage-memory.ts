// What a gateway knows without asking, kept wrongly: the memory of "sold out", and the readings of all segments
// that it comes from. Nothing of src is changed; what it reads is.

import type { SegmentReading } from '../../src/domain/stock.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { Sabotage } from './world.ts'

const onGateways =
  (change: (stock: Stock, nowMs: () => number) => Partial<Stock>): NonNullable<Sabotage['ports']> =>
  (ports, role) => {
    if (role !== 'gateway') return ports
    return { ...ports, stock: { ...ports.stock, ...change(ports.stock, ports.clock.nowMs) } }
  }

const TOO_LONG_MS = 500

// A memory that outlives the rest of units that come back.
const memoryKeptTooLong: Sabotage = {
  memory: (memory) => ({
    ...memory,
    recall: (of) => memory.recall({ ...of, nowMs: of.nowMs - TOO_LONG_MS }),
  }),
}

// Winners that serve also after the book has changed.
const winnersOfAnyVersion: Sabotage = {
  ports: onGateways(({ reserve, scan }) => ({
    reserve: async (batch) => {
      const reserved = await reserve(batch)
      return { ...reserved, reading: { ...reserved.reading, version: 1 } }
    },
    scan: async (start) => ({ ...(await scan(start)), version: 1 }),
  })),
}

// A memory that does not know who has won.
const winnersForgotten: Sabotage = {
  ports: onGateways(({ scan }) => ({
    scan: async (start) => ({ ...(await scan(start)), held: [] }),
  })),
}

const SAME_READING_MS = 60

// "Sold out everywhere" by one reading of the segments, of which each is read at another instant.
const soldOutByOneReading: Sabotage = {
  strategies: ['segmented'],
  ports: onGateways(({ read }, nowMs) => {
    let before: { all: SegmentReading[]; atMs: number } | undefined
    return {
      read: async (saleId) => {
        const again = before && nowMs() - before.atMs < SAME_READING_MS ? before.all : undefined
        const all = again ?? (await read(saleId))
        before = again ? undefined : { all, atMs: nowMs() }
        return all
      },
    }
  }),
}

export const MEMORY_SABOTAGES = {
  memoryKeptTooLong,
  winnersOfAnyVersion,
  winnersForgotten,
  soldOutByOneReading,
}
