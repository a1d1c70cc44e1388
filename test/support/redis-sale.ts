// A sale under a herd, on a Redis of the test's own: the real program as a child process.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type HerdSale, startHerdSale } from './herd-sale.ts'
import type { SaleOf } from './operator.ts'
import { PRODUCTION, PRODUCTION_KEY, startServer } from './server.ts'

export interface RedisSaleOptions extends Partial<SaleOf> {
  context: TestContext
  stockUrl: string
  env?: Record<string, string>
}

export interface RedisSale extends HerdSale {
  output: () => string // all that the program has printed
  key(name: string): string // of the first segment, in Redis
}

// With a sweep and comparisons of the books that a short test sees.
const SETTINGS = {
  ...PRODUCTION,
  SECKILL_SWEEP_AFTER_MS: '1000',
  SECKILL_RECONCILE_EVERY_MS: '1000',
  SECKILL_RECONCILE_PAUSE_MS: '50',
}

export const startRedisSale = async (options: RedisSaleOptions): Promise<RedisSale> => {
  const { stockUrl, env, ...of } = options
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const settings = { ...SETTINGS, SECKILL_STOCK_URL: stockUrl, ...env }
  const { url, folder, output } = opened.use(await startServer({ env: settings }))
  const server = { url, adminKey: PRODUCTION_KEY }
  const sale = opened.use(await startHerdSale({ ...of, server, folder }))
  const open = opened.move()
  return {
    ...sale,
    output,
    key: (name) => `seckill:{${sale.saleId}.0}:${name}`,
    async ends(of) {
      const books = await sale.ends(of)
      assert.equal(sale.count('no-answer'), 0, output())
      assert.doesNotMatch(output(), /"msg":"(drift|a promise was broken)"/)
      return books
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
