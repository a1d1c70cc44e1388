// Is this sale ready to be sold? Finds out what there is to know, and changes nothing.

import { failureCode } from '../../domain/errors.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { reconcile } from '../stock/reconcile.ts'
import { type Check, readinessChecks, type SaleFacts } from './readiness-checks.ts'

type ReadinessPorts = Pick<
  Ports,
  'catalog' | 'clock' | 'leases' | 'ledger' | 'orders' | 'queue' | 'stock'
>

export interface ReadinessOptions {
  saleId: SaleId
  roundPauseMs: number
  page: number
  holder: string
  rates: SaleFacts['rates']
  unready: () => string[]
}

// Undefined: there is no such sale.
export const saleReadiness = async (
  ports: ReadinessPorts,
  options: ReadinessOptions,
): Promise<{ ready: boolean; checks: Check[] } | undefined> => {
  const sale = await ports.catalog.readSale(options.saleId)
  const books = sale && (await reconcile(ports, options))
  if (!sale || !books) return undefined
  const checks = readinessChecks({
    sale,
    books,
    product: await ports.catalog.readProduct(sale.productId),
    lag: await ports.queue.lag(),
    storeFailure: await tryToWrite(ports, options.holder),
    strategies: ports.stock.strategies,
    unready: options.unready(),
    rates: options.rates,
    nowMs: ports.clock.nowMs(),
  })
  return { ready: checks.every(({ level }) => level !== 'fail'), checks }
}

const LEASE_MS = 1000

// A lease that nobody needs is a row like any other.
const tryToWrite = async (
  { leases }: Pick<Ports, 'leases'>,
  holder: string,
): Promise<string | undefined> => {
  const lease = { name: `readiness ${holder}`, holder }
  try {
    await leases.acquire({ ...lease, ttlMs: LEASE_MS })
    await leases.release(lease)
    return undefined
  } catch (error) {
    const code = failureCode(error)
    if (code === undefined) throw error
    return code
  }
}
