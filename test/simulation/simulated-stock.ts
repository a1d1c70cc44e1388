// A stock engine of two nodes, a primary and a replica that lags behind it, each executing the pure
// model of a segment. After a failover the old primary does not know that it is one: it still answers
// callers with a stale map, until it rejoins as the replica. A book is fenced by the replication id of
// the node it was begun on, which changes at every promotion and every restart.

import { EngineError } from '../../src/domain/errors.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import * as segments from '../../src/domain/stock.ts'
import type { ScanPage, ScanStart, Stock } from '../../src/ports/stock.ts'
import type { Chance } from './chance.ts'
import type { Model } from './remote.ts'

export type SegmentRules = Pick<
  typeof segments,
  'apply' | 'begin' | 'load' | 'open' | 'record' | 'release' | 'reserve'
>

export interface Book {
  segment: segments.Segment
  fence: number // the replication id it was begun under
}

export interface StockNode {
  name: string
  replicationId: number
  book: Book | undefined
}

export interface StockNodes {
  // What one client sees, with a map of its own of who the primary is.
  newClient(): Model<Stock>
  // Everyone who may answer a caller now: the primary, then the old one that still believes it is.
  masters(): StockNode[]
  // Until when some caller may have been answered by an old primary.
  zombieUntilMs(): number
  replicate(): void
  failOver(): void
  rejoin(): void
  restartEmpty(): void
}

export interface StockNodesOptions {
  chance: Chance
  nowMs: () => number
  rules: SegmentRules
}

// How many clients have not heard of a failover, and which calls of a client then go to the old primary.
const STALE_CLIENTS = 0.4
const STALE_CALLS = { stale: 0.9, fresh: 0.1 }

export const stockNodes = ({ chance, nowMs, rules }: StockNodesOptions): StockNodes => {
  let ids = 1
  let primary: StockNode = { name: 'A', replicationId: 1, book: undefined }
  let replica: StockNode = { name: 'B', replicationId: 1, book: undefined }
  let zombie: StockNode | undefined
  let rejoinedAtMs = -Infinity

  const newRoute = () => {
    let map = { replicationId: 0, isStale: false }
    return () => {
      if (zombie === undefined) return primary
      const { replicationId } = primary
      if (map.replicationId !== replicationId)
        map = { replicationId, isStale: chance.happens(STALE_CLIENTS) }
      return chance.happens(STALE_CALLS[map.isStale ? 'stale' : 'fresh']) ? zombie : primary
    }
  }

  return {
    newClient: () => nodeStock({ route: newRoute(), nowMs, rules }),
    masters: () => (zombie ? [primary, zombie] : [primary]),
    zombieUntilMs: () => (zombie ? Infinity : rejoinedAtMs),
    replicate() {
      if (!zombie) replica.book = copyOf(primary.book)
    },
    failOver() {
      if (zombie) return
      zombie = primary
      primary = replica
      primary.replicationId = ++ids
    },
    rejoin() {
      if (!zombie) return
      replica = zombie
      replica.book = copyOf(primary.book)
      zombie = undefined
      rejoinedAtMs = nowMs()
    },
    restartEmpty() {
      primary.book = undefined
      primary.replicationId = ++ids
    },
  }
}

// The book a node may answer from, if it has one.
export const fencedBook = ({ book, replicationId }: StockNode): segments.Segment | undefined =>
  book?.fence === replicationId ? book.segment : undefined

const copyOf = (book: Book | undefined): Book | undefined =>
  book && {
    fence: book.fence,
    segment: {
      ...book.segment,
      returning: [...book.segment.returning],
      buyers: new Map(book.segment.buyers),
      inTransit: new Map(book.segment.inTransit),
    },
  }

interface NodeDeps {
  route: () => StockNode
  nowMs: () => number
  rules: SegmentRules
}

const nodeStock = ({ route, nowMs, rules }: NodeDeps): Model<Stock> => {
  const fenced = () => fencedBook(route())
  return {
    strategies: ['counter'],
    move: () => 0, // there is no second segment
    loadTokens: () => 'loaded', // a counter has none
    begin: ({ epoch }) => {
      const node = route()
      const begun = rules.begin(node.book?.segment, epoch)
      if (begun.answer === 'begun')
        node.book = { segment: begun.segment, fence: node.replicationId }
      return begun.answer
    },
    load: ({ epoch, held }) => {
      const segment = fenced()
      return segment ? rules.load(segment, epoch, held) : 'rebuilding'
    },
    open: ({ epoch, copy, total, buyers }) => {
      const segment = fenced()
      if (segment === undefined) return 'rebuilding'
      return rules.open(segment, { epoch, copy, share: total, buyers }, nowMs())
    },
    apply: (copies) => {
      const segment = fenced()
      return copies.map(({ epoch, copy }) =>
        segment ? rules.apply(segment, { epoch, copy, nowMs: nowMs() }) : 'rebuilding',
      )
    },
    record: (orders) => {
      const segment = fenced()
      return orders.map((order) => (segment ? rules.record(segment, order) : 'rebuilding'))
    },
    release: (orders) => {
      const segment = fenced()
      return orders.map((order) =>
        segment ? rules.release(segment, { ...order, nowMs: nowMs() }) : 'rebuilding',
      )
    },
    ...reserving({ fenced, nowMs, rules }),
    ...readings({ fenced, nowMs }),
    forget: () => {
      throw new EngineError('STOCK_UNREACHABLE', { message: 'no sale leaves this engine' })
    },
  }
}

type Fenced = () => segments.Segment | undefined

const reserving = (deps: {
  fenced: Fenced
  nowMs: () => number
  rules: SegmentRules
}): Pick<Model<Stock>, 'reserve'> => ({
  reserve: ({ attempts }) => {
    const segment = deps.fenced()
    const answers = segment
      ? deps.rules.reserve(segment, attempts, deps.nowMs())
      : attempts.map(() => ({ answer: 'rebuilding' }) as const)
    const reading = { version: segment?.version ?? 0, left: segment ? leftOf(segment) : 0 }
    return { epoch: segment?.epoch ?? 0, reading, queued: false, answers }
  },
})

const leftOf = ({ available, returning }: segments.Segment) =>
  returning.reduce((sum, { units }) => sum + units, available)

const readings = ({
  fenced,
  nowMs,
}: Pick<NodeDeps, 'nowMs'> & { fenced: Fenced }): Pick<
  Model<Stock>,
  'read' | 'readBuyers' | 'scan'
> => ({
  read: (_saleId: SaleId) => {
    const segment = fenced()
    return segment ? [segments.readSegment(segment, nowMs())] : []
  },
  readBuyers: ({ buyerIds }) => {
    const segment = fenced()
    return buyerIds.map((buyerId) => {
      const held = segment?.state === 'open' ? segment.buyers.get(buyerId) : undefined
      return held && { ...held, inTransit: segment!.inTransit.has(held.orderId) }
    })
  },
  scan: (start) => scanPage(fenced(), start),
})

const scanPage = (segment: segments.Segment | undefined, start: ScanStart): ScanPage => {
  if (segment?.state !== 'open') return { epoch: 0, version: 0, held: [], cursor: undefined }
  const marks = [...segment.buyers.values()]
    .map((held) => ({ ...held, inTransit: segment.inTransit.has(held.orderId) }))
    .filter((mark) => mark.inTransit || !start.inTransitOnly)
    .filter((mark) => mark.buyerId > (start.cursor ?? ''))
    .sort((a, b) => (a.buyerId < b.buyerId ? -1 : 1))
  const held = marks.slice(0, start.limit)
  const cursor = marks.length > held.length ? held.at(-1)!.buyerId : undefined
  return { epoch: segment.epoch, version: segment.version, held, cursor }
}
