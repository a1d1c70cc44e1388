// The day of the herd as the operator sees it: how many units there are, again and again, told to those
// who wait for some. The story is over when everybody else has gone home and there is nothing to wait
// for, or when its time is up.

import { setTimeout as pause } from 'node:timers/promises'
import { nowMs } from './clocks.ts'
import type { Generators } from './processes/generators.ts'
import type { Progress } from './processes/messages.ts'
import type { OperatorApi } from './target.ts'

export interface StockSample {
  atMs: number
  available: number
  returning: number
  live: number // units of orders that are recorded and not released
}

export interface Story {
  samples: StockSample[]
  inTime: boolean
  overAtMs: number
}

export interface StoryDeps {
  api: OperatorApi
  saleId: string
  generators: Pick<Generators, 'tell' | 'progress'>
  day: Promise<void> // of all buyers
  untilMs: number
  show: (progress: Progress, stock: StockSample) => void
}

const LOOK_EVERY_MS = 100
const SETTLED_AFTER_MS = 1000 // with nothing to get: what was given back is for sale by then

export const followStory = async (deps: StoryDeps): Promise<Story> => {
  const { generators, untilMs } = deps
  const samples: StockSample[] = []
  let dayIsOver = false
  const day = deps.day.then(() => void (dayIsOver = true))
  day.catch(() => undefined) // while nobody waits for it; it is awaited below
  let hopeSinceMs = nowMs()
  while (!dayIsOver && nowMs() < untilMs) {
    const stock = await lookAtStock(deps)
    if (stock !== undefined) {
      samples.push(stock)
      const units = stock.available + stock.returning
      generators.tell({ news: 'stock', stock: { units, askedAtMs: stock.atMs } })
      deps.show(generators.progress(), stock)
    }
    if (isHope(generators.progress(), stock)) hopeSinceMs = nowMs()
    if (nowMs() - hopeSinceMs > SETTLED_AFTER_MS) generators.tell({ news: 'over', atOnce: false })
    await Promise.race([day, pause(LOOK_EVERY_MS)])
  }
  const overAtMs = nowMs()
  const inTime = dayIsOver
  if (!inTime) generators.tell({ news: 'over', atOnce: true })
  await day
  return { samples, inTime, overAtMs }
}

// Somebody still acts, or there may be units for those who wait.
const isHope = ({ living, inLine }: Progress, stock: StockSample | undefined): boolean =>
  living > inLine || stock === undefined || stock.available + stock.returning > 0

interface SaleView {
  stock: { available: number; returning: number; live: number }
}

// Undefined: the server does not say; the buyers may find out why.
const lookAtStock = async ({ api, saleId }: StoryDeps): Promise<StockSample | undefined> => {
  const atMs = nowMs()
  try {
    const { stock } = await api.get<SaleView>(`/api/admin/sales/${saleId}`)
    return { atMs, available: stock.available, returning: stock.returning, live: stock.live }
  } catch {
    return undefined
  }
}
