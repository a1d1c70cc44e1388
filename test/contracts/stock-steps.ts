// Steps that claims about a stock engine are made of.

import assert from 'node:assert/strict'
import { reserveEverywhere } from '../../src/attempt/reserve-everywhere.ts'
import type { Attempt } from '../../src/domain/attempt.ts'
import type { SaleCopy } from '../../src/domain/sale.ts'
import { homeSegment, type Reserved } from '../../src/domain/stock.ts'
import type { ReservedBatch, SaleLayout, Stock } from '../../src/ports/stock.ts'
import type { TestTime } from './contract.ts'
import { orderIdOf, sampleCopy } from './samples.ts'

export interface StockSetup extends AsyncDisposable {
  stock: Stock
  layout: Pick<SaleLayout, 'strategy' | 'segments'> // of every sale
  time: TestTime
}

export const SALE = { saleId: '1' }

// Puts a sale into the engine as the preheat does.
export const preheat = async (
  { stock, layout, time }: StockSetup,
  { total, saleId = '1', ...set }: { total: number; saleId?: string } & Partial<SaleCopy>,
): Promise<SaleCopy> => {
  const copy = sampleCopy(time.nowMs(), set)
  assert.equal(await stock.begin({ saleId, ...layout, epoch: 1 }), 'begun')
  assert.equal(await stock.loadTokens({ saleId, epoch: 1, from: 1, to: total }), 'loaded')
  assert.equal(await stock.open({ saleId, ...layout, epoch: 1, copy, total, buyers: 0 }), 'open')
  return copy
}

export const attempt = (buyerId: string, set: Partial<Attempt> = {}): Attempt => ({
  buyerId,
  orderId: orderIdOf(buyerId),
  units: 1,
  ...set,
})

const PATIENT = {
  elapsedMs: () => performance.now(),
  pause: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve())),
  withinMs: Infinity,
}

// Decides attempts in order: in one batch where there is one segment; one after another where there are
// more, because attempts at different segments have no order.
export const decide = async (
  { stock, layout: { segments } }: Pick<StockSetup, 'stock' | 'layout'>,
  { attempts, saleId = '1' }: { attempts: Attempt[]; saleId?: string },
): Promise<Pick<ReservedBatch, 'epoch' | 'reading' | 'answers'>> => {
  if (segments === 1) return stock.reserve({ saleId, segments, segment: 0, attempts })
  const answers: Reserved[] = []
  let seen = { epoch: 0, reading: { version: 0, left: 0 } }
  for (const one of attempts) {
    const segment = homeSegment(one.buyerId, segments)
    const batch = { saleId, segments, segment, attempts: [one] }
    const decided = await reserveEverywhere({ stock, ...PATIENT })(batch)
    const { reserved } = decided.decided[0]!
    assert(reserved.answer !== 'busy', 'who is patient is told')
    answers.push(reserved)
    seen = decided.seen
  }
  return { ...seen, answers }
}

export const reserve = async (setup: StockSetup, attempts: Attempt[]): Promise<Reserved[]> =>
  (await decide(setup, { attempts })).answers

// Without its tokens, of which it has as many as units, or none.
export const bare = <One extends { units: number; stockTokens: string[] }>(
  one: One | undefined,
): One | undefined => {
  if (one === undefined) return undefined
  assert(one.stockTokens.length === 0 || one.stockTokens.length === one.units)
  return { ...one, stockTokens: [] }
}

export const answersOf = async (setup: StockSetup, attempts: Attempt[]) =>
  (await reserve(setup, attempts)).map(({ answer }) => answer)

// The sale's numbers, all segments together.
export const readOne = async (stock: Stock, saleId = '1') => {
  const readings = await stock.read(saleId)
  const [first] = readings
  assert(first, 'the sale is in the engine')
  for (const { share, available, returning, held, out } of readings)
    assert.equal(
      share,
      available + returning + held + out,
      'share = available + returning + held + out',
    )
  const { state, epoch, saleVersion } = first
  assert(readings.every((one) => one.state === state && one.epoch === epoch))
  const sum = (
    name: 'share' | 'available' | 'returning' | 'held' | 'inTransit' | 'buyers' | 'version',
  ) => readings.reduce((all, one) => all + one[name], 0)
  return {
    state,
    epoch,
    saleVersion,
    version: sum('version'),
    share: sum('share'),
    available: sum('available'),
    returning: sum('returning'),
    held: sum('held'),
    inTransit: sum('inTransit'),
    buyers: sum('buyers'),
  }
}
