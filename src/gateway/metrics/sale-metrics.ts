// What a keeper knows of each sale. Units, and whether the engine is open, are read when somebody looks;
// what a sweep or a comparison found is shown until it is too old, and when it was always. Nothing is shown of
// a sale that is no longer in the engine, and nothing that could not be read now.

import type { Gauge, Registry } from 'prom-client'
import type { SegmentReading } from '../../domain/stock.ts'
import { engineState, type ReconciledBooks } from '../../flows/stock/reconcile.ts'
import type { Ports } from '../../ports/ports.ts'
import { instruments } from './instruments.ts'

export type WatchedSales = Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'stock'>

interface SaleNow {
  saleId: string
  epoch: number // 0: it has not been in the engine yet
  segments: SegmentReading[]
}

// Told by the loops of the keeper, each value with when it was.
interface Told {
  sweeps: Map<string, { oldestAtMs: number | undefined; atMs: number }>
  books: Map<string, { books: ReconciledBooks; atMs: number }>
}

const SWEEP_FRESH_MS = 60_000 // sweeps come each second
const READ_WITHIN_MS = 2000 // whoever looks waits for ten seconds or so

export const saleMetrics = (registry: Registry, { clock }: Pick<Ports, 'clock'>) => {
  const told: Told = { sweeps: new Map(), books: new Map() }
  return {
    swept: ({ saleId, oldestAtMs }: { saleId: string; oldestAtMs: number | undefined }) =>
      void told.sweeps.set(saleId, { oldestAtMs, atMs: clock.nowMs() }),
    reconciled: (saleId: string, books: ReconciledBooks) =>
      void told.books.set(saleId, { books, atMs: clock.nowMs() }),
    watchSales(ports: WatchedSales, { booksFreshMs }: { booksFreshMs: number }) {
      watchSales(registry, { ports, told, booksFreshMs })
    },
  }
}

interface Watching {
  ports: WatchedSales
  told: Told
  booksFreshMs: number
}

// One reading serves all gauges of a look: they are asked in the order in which they are made.
const watchSales = (registry: Registry, { ports, told, booksFreshMs }: Watching) => {
  const { asked } = instruments(registry)
  let reading: Promise<SaleNow[] | undefined>
  const perSale: PerSale = ({ name, help, labels = [] }, set) =>
    asked({ name, help, labelNames: ['sale', ...labels] }, async (gauge) => {
      await reading
      set(gauge)
    })
  const fresh = <Value extends { atMs: number }>(all: Map<string, Value>, forMs: number) =>
    [...all].filter(([, { atMs }]) => ports.clock.nowMs() <= atMs + forMs)

  const stock = { name: 'stock_units', help: 'units of a sale by where they are' }
  asked({ ...stock, labelNames: ['sale', 'where'] }, async (gauge) => {
    reading = readInTime(ports)
    const now = await reading
    if (now) forgetOthers(told, now)
    for (const sale of now ?? []) setUnits(gauge, sale)
    for (const [sale, { books }] of fresh(told.books, booksFreshMs))
      gauge.set({ sale, where: 'live' }, books.live)
  })
  const closed = { name: 'sale_closed', help: '1: the engine decides nothing of a preheated sale' }
  asked({ ...closed, labelNames: ['sale'] }, async (gauge) => {
    for (const { saleId: sale, epoch, segments } of (await reading) ?? [])
      if (epoch > 0) gauge.set({ sale }, engineState(segments, epoch) === 'open' ? 0 : 1)
  })
  perSale({ name: 'in_transit_oldest_seconds', help: 'age of the oldest mark' }, (gauge) => {
    for (const [sale, { oldestAtMs }] of fresh(told.sweeps, SWEEP_FRESH_MS))
      gauge.set({ sale }, secondsSince(oldestAtMs, ports.clock.nowMs()))
  })
  watchBooks(perSale, { told: told.books, fresh: () => fresh(told.books, booksFreshMs) })
}

type PerSale = (
  of: { name: string; help: string; labels?: string[] },
  set: (gauge: Gauge) => void,
) => void

// What the last comparison of each sale found.
const watchBooks = (
  perSale: PerSale,
  { told, fresh }: { told: Told['books']; fresh: () => [string, { books: ReconciledBooks }][] },
) => {
  perSale({ name: 'drift_orders', help: 'orders on which the books disagree' }, (gauge) => {
    for (const [sale, { books }] of fresh())
      if (books.drift !== undefined) gauge.set({ sale }, books.drift)
  })
  perSale({ name: 'oversold_units', help: 'must stay 0' }, (gauge) => {
    for (const [sale, { books }] of fresh()) gauge.set({ sale }, books.oversold)
  })
  const nowhere = "units that are neither for sale nor anybody's"
  perSale({ name: 'unaccounted_units', help: nowhere, labels: ['book'] }, (gauge) => {
    for (const [sale, { books }] of fresh())
      for (const [book, units] of Object.entries(books.unaccounted))
        if (units !== undefined) gauge.set({ sale, book }, units)
  })
  const compared = 'when the books were compared last'
  perSale({ name: 'reconciled_timestamp_seconds', help: compared }, (gauge) => {
    for (const [sale, { atMs }] of told) gauge.set({ sale }, atMs / 1000) // however long ago
  })
}

const secondsSince = (atMs: number | undefined, nowMs: number) =>
  atMs === undefined ? 0 : (nowMs - atMs) / 1000

const setUnits = (gauge: Gauge, { saleId: sale, segments }: SaleNow) => {
  if (segments.length === 0) return
  const units = { available: 0, returning: 0, held: 0, inTransit: 0, inTransfer: 0 }
  for (const segment of segments) {
    units.available += segment.available
    units.returning += segment.returning
    units.held += segment.held
    units.inTransit += segment.inTransit
    units.inTransfer += segment.out
  }
  for (const [where, count] of Object.entries(units)) gauge.set({ sale, where }, count)
}

// Undefined: it cannot be read now.
const readInTime = async (ports: WatchedSales): Promise<SaleNow[] | undefined> => {
  const done = new AbortController()
  const late = ports.clock.pause(READ_WITHIN_MS, done.signal).then(() => undefined)
  const found = await Promise.race([readNow(ports), late]).catch(() => undefined)
  done.abort()
  return found
}

const readNow = async ({ catalog, ledger, stock }: WatchedSales): Promise<SaleNow[]> => {
  const sales = await catalog.listSalesInEngine()
  const epochs = await ledger.readEpochs(sales.map(({ saleId }) => saleId))
  const segments = await Promise.all(sales.map(({ saleId }) => stock.read(saleId)))
  return sales.map(({ saleId }, at) => ({
    saleId,
    epoch: epochs[at] ?? 0,
    segments: segments[at]!,
  }))
}

const forgetOthers = ({ sweeps, books }: Told, sales: SaleNow[]) => {
  const known = new Set(sales.map(({ saleId }) => saleId))
  for (const all of [sweeps, books])
    for (const saleId of all.keys()) if (!known.has(saleId)) all.delete(saleId)
}
