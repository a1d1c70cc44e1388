// Steps that claims about a stock engine are made of.

import assert from 'node:assert/strict'
import type { Attempt } from '../../src/domain/attempt.ts'
import type { SaleCopy } from '../../src/domain/sale.ts'
import type { Reserved } from '../../src/domain/stock.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { TestTime } from './contract.ts'
import { orderIdOf, sampleCopy } from './samples.ts'

export interface StockSetup extends AsyncDisposable {
  stock: Stock
  time: TestTime
}

export const SALE = { saleId: '1' }

// Puts a sale into the engine as the preheat does.
export const preheat = async (
  { stock, time }: StockSetup,
  { total, saleId = '1', ...set }: { total: number; saleId?: string } & Partial<SaleCopy>,
): Promise<SaleCopy> => {
  const copy = sampleCopy(time.nowMs(), set)
  assert.equal(await stock.begin({ saleId, epoch: 1, segments: 1 }), 'begun')
  assert.equal(await stock.open({ saleId, epoch: 1, copy, total, buyers: 0 }), 'open')
  return copy
}

export const attempt = (buyerId: string, set: Partial<Attempt> = {}): Attempt => ({
  buyerId,
  orderId: orderIdOf(buyerId),
  units: 1,
  ...set,
})

export const reserve = async (stock: Stock, attempts: Attempt[]): Promise<Reserved[]> => {
  const { answers } = await stock.reserve({ ...SALE, segment: 0, attempts })
  return answers
}

export const answersOf = async (stock: Stock, attempts: Attempt[]) =>
  (await reserve(stock, attempts)).map(({ answer }) => answer)

export const readOne = async (stock: Stock, saleId = '1') => {
  const [reading] = await stock.read(saleId)
  assert(reading, 'the sale is in the engine')
  const { share, available, returning, held, out } = reading
  assert.equal(
    share,
    available + returning + held + out,
    'share = available + returning + held + out',
  )
  return reading
}
