// What goes on now, for operators: rates and latencies of all processes, stock and queue. It is read anew at
// most once a second however many ask; those who watch get it every second. Who does not read is
// dropped, and nothing of this waits for anybody.

import { Readable } from 'node:stream'
import { fleetFigures, type ProcessFigures } from '../domain/figures.ts'
import type { Sale } from '../domain/sale.ts'
import { engineState } from '../flows/stock/reconcile.ts'
import type { Ports } from '../ports/ports.ts'
import type { OverviewView } from './schemas/overview.ts'
import { instant } from './views.ts'

export interface Overview {
  read(): Promise<OverviewView>
  watch(): Readable | undefined // undefined: there are too many who watch, or the process stops
  look(): Promise<void> // tells all who watch
  close(): void // ends all streams, and begins no more
}

export interface OverviewDeps {
  ports: Pick<Ports, 'catalog' | 'clock' | 'figures' | 'ledger' | 'queue' | 'stock'>
  own: () => ProcessFigures
}

const FRESH_MS = 1000
const WATCHERS_MAX = 50
const SALES_MAX = 100
const UNREAD_BYTES_MAX = 262_144

export const overview = (deps: OverviewDeps): Overview => {
  const { clock } = deps.ports
  const watchers = new Set<Readable>()
  let isClosed = false
  let latest: { view: Promise<OverviewView>; readAtMs: number } | undefined

  const read = (): Promise<OverviewView> => {
    const nowMs = clock.nowMs()
    if (latest === undefined || nowMs >= latest.readAtMs + FRESH_MS) {
      const view = readNow(deps, nowMs)
      latest = { view, readAtMs: nowMs }
      view.catch(() => (latest = undefined))
    }
    return latest.view
  }

  return {
    read,
    watch() {
      if (isClosed || watchers.size >= WATCHERS_MAX) return undefined
      const stream = new Readable({ read: () => undefined, highWaterMark: UNREAD_BYTES_MAX })
      watchers.add(stream)
      stream.once('close', () => watchers.delete(stream))
      return stream
    },
    async look() {
      if (watchers.size === 0) return
      const event = `event: overview\ndata: ${JSON.stringify(await read())}\n\n`
      for (const stream of watchers) if (!stream.push(event)) stream.destroy() // nobody reads
    },
    close() {
      isClosed = true
      for (const stream of watchers) stream.push(null)
      watchers.clear()
    },
  }
}

const readNow = async ({ ports, own }: OverviewDeps, nowMs: number): Promise<OverviewView> => {
  const here = own()
  const { isWhole, processes } = await readProcesses(ports, here)
  const { latency, ...fleet } = fleetFigures(processes)
  const { messages, oldestAtMs } = await ports.queue.lag()
  const oldestAgeMs = oldestAtMs === undefined ? 0 : Math.max(0, Math.round(nowMs - oldestAtMs))
  return {
    at: instant(nowMs),
    version: here.version,
    uptimeSeconds: here.uptimeSeconds,
    ...fleet,
    ...(latency && { latency }),
    queue: { messages, oldestAgeMs },
    sales: await readSales(ports),
    processes: processes.map(processView),
    isWhole,
  }
}

// This one as it is now, and the others as they said a moment ago, oldest first.
const readProcesses = async ({ figures }: OverviewDeps['ports'], here: ProcessFigures) => {
  const told = await figures.read().catch(() => undefined)
  const others = (told ?? []).filter(({ process }) => process !== here.process)
  const processes = [here, ...others].sort((a, b) => b.uptimeSeconds - a.uptimeSeconds)
  return { isWhole: told !== undefined, processes }
}

const processView = (of: ProcessFigures): OverviewView['processes'][number] => {
  const { attempts, recorded } = of.rates.lastSecond
  const { breakers, eventLoopDelay, process, role, uptimeSeconds, version } = of
  return { process, role, version, uptimeSeconds, attempts, recorded, eventLoopDelay, breakers }
}

// What the engine says of the sales that are in it, or should be.
const readSales = async ({
  catalog,
  ledger,
  stock,
}: OverviewDeps['ports']): Promise<OverviewView['sales']> => {
  const sales = (await catalog.listSalesInEngine()).slice(0, SALES_MAX)
  const epochs = await ledger.readEpochs(sales.map(({ saleId }) => saleId))
  return Promise.all(sales.map((sale, at) => readUnits(stock, sale, epochs[at] ?? 0)))
}

const readUnits = async (stock: Ports['stock'], { saleId, title }: Sale, epoch: number) => {
  const segments = await stock.read(saleId)
  const units = { total: 0, available: 0, returning: 0, held: 0, inTransit: 0, inTransfer: 0 }
  for (const segment of segments) {
    units.total += segment.share
    units.available += segment.available
    units.returning += segment.returning
    units.held += segment.held
    units.inTransit += segment.inTransit
    units.inTransfer += segment.out
  }
  return { saleId, title, engine: engineState(segments, epoch), ...units }
}
