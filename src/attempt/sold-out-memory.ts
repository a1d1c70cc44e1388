// Sold out, remembered for a moment. Once the engine has said that nothing is left, on its way back or
// between segments, the same no may be given from here for `SOLD_OUT_MEMORY_MS`, counted from the
// sending of the call that read it. It is truthful: it holds the winners of that very version, and a
// winner is always sent on to the engine. Units that come back rest longer than a memory lives, so no
// new winner can arise behind it, and nothing has to be invalidated.

import assert from 'node:assert/strict'
import { type BuyerId, type IdKey, idKey, type SaleId } from '../domain/ids.ts'
import type { Ports } from '../ports/ports.ts'
import { type Reserved, RETURNING_MS } from '../domain/stock.ts'
import type { SoldOutReading } from '../ports/stock.ts'

export const SOLD_OUT_MEMORY_MS = 200
assert(SOLD_OUT_MEMORY_MS < RETURNING_MS, 'a memory must end before returned units can be sold')

const LOAD_EVERY_MS = 5000
const SCAN_PAGE = 1000

type Remembered = 'sold-out' | 'ended'

// A state of the engine's book: in one epoch, no two states share a version.
interface BookState {
  epoch: number
  version: number
}

interface SaleMemory {
  outcome: Remembered
  untilMs: number
  state: BookState // of the last reading that nothing was left
  winners: (BookState & { buyers: Set<IdKey> }) | undefined
  loadedAtMs: number
  loading: Promise<void> | undefined
}

export interface SeenStock {
  sentAtMs: number
  epoch: number
  reading: SoldOutReading // of all segments
  answers: (Reserved['answer'] | 'busy')[]
}

export interface SoldOutMemory {
  // What this buyer may be told without asking the engine.
  recall(of: { saleId: SaleId; buyerId: BuyerId; nowMs: number }): Remembered | undefined
  // What a batch has shown, and when its call was sent.
  note(saleId: SaleId, seen: SeenStock): void
  // Resolves when no winners are being loaded any more.
  idle(): Promise<void>
}

export const soldOutMemory = (
  { stock }: Pick<Ports, 'stock'>,
  { winnersMax }: { winnersMax: number },
): SoldOutMemory => {
  const memories = new Map<SaleId, SaleMemory>()

  const load = async (saleId: SaleId, memory: SaleMemory) => {
    try {
      memory.winners = await readWinners(stock, { saleId, winnersMax })
    } catch {
      memory.winners = undefined // the engine will be asked instead
    }
    memory.loading = undefined
  }

  return {
    recall({ saleId, buyerId, nowMs }) {
      const memory = memories.get(saleId)
      if (memory === undefined) return undefined
      if (isOld(memory, nowMs)) memories.delete(saleId)
      if (nowMs >= memory.untilMs) return undefined
      const { winners } = memory
      if (winners === undefined || !isSame(winners, memory.state)) return undefined
      return winners.buyers.has(idKey(buyerId)) ? undefined : memory.outcome
    },
    note(saleId, seen) {
      const { sentAtMs } = seen
      const outcome = rememberedOf(seen)
      if (outcome === undefined) return
      const memory = memories.get(saleId) ?? begin(memories, { saleId, nowMs: sentAtMs })
      const state = { epoch: seen.epoch, version: seen.reading.version }
      if (isOlder(state, memory.state)) return
      memory.outcome = outcome
      memory.state = state
      memory.untilMs = sentAtMs + SOLD_OUT_MEMORY_MS
      if (memory.winners && isSame(memory.winners, state)) return
      if (memory.loading || sentAtMs < memory.loadedAtMs + LOAD_EVERY_MS) return
      memory.loadedAtMs = sentAtMs
      memory.loading = load(saleId, memory)
    },
    async idle() {
      for (const { loading } of memories.values()) await loading
    },
  }
}

// Nobody may ever ask again about a sale that was sold out, so the old ones go when there is a new one.
const begin = (
  memories: Map<SaleId, SaleMemory>,
  { saleId, nowMs }: { saleId: SaleId; nowMs: number },
): SaleMemory => {
  for (const [other, memory] of memories) if (isOld(memory, nowMs)) memories.delete(other)
  const begun = newMemory()
  memories.set(saleId, begun)
  return begun
}

const newMemory = (): SaleMemory => ({
  outcome: 'sold-out',
  untilMs: 0,
  state: { epoch: -1, version: -1 },
  winners: undefined,
  loadedAtMs: -Infinity,
  loading: undefined,
})

const isOld = ({ untilMs, loading }: SaleMemory, nowMs: number) =>
  nowMs > untilMs + LOAD_EVERY_MS && !loading

const isSame = (a: BookState, b: BookState) => a.epoch === b.epoch && a.version === b.version

const isOlder = (a: BookState, b: BookState) =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.version < b.version)

const rememberedOf = ({ answers, reading }: SeenStock): Remembered | undefined => {
  if (answers.includes('ended')) return 'ended'
  return answers.includes('sold-out') && reading.left === 0 ? 'sold-out' : undefined
}

// All who hold units, if they are few enough and nothing changed while they were read.
const readWinners = async (
  stock: Ports['stock'],
  { saleId, winnersMax }: { saleId: SaleId; winnersMax: number },
) => {
  const buyers = new Set<IdKey>()
  let state: BookState | undefined
  let cursor: string | undefined
  do {
    const page = await stock.scan({ saleId, inTransitOnly: false, cursor, limit: SCAN_PAGE })
    state ??= { epoch: page.epoch, version: page.version }
    for (const { buyerId } of page.held) buyers.add(idKey(buyerId))
    if (!isSame(page, state) || buyers.size > winnersMax) return undefined
    cursor = page.cursor
  } while (cursor !== undefined)
  return { ...state, buyers }
}
