// An operator pauses, resumes, closes or restocks a sale, or stops all of them. Home is changed first,
// in one transaction with its version; then the engine gets the row, and the keeper brings it there if
// this process dies in between. Each may be repeated; a closed sale stays closed.

import type { SaleId } from '../../domain/ids.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { spread } from './spread.ts'

type ChangePorts = Pick<Ports, 'catalog' | 'changes' | 'clock' | 'ledger' | 'stock'>

export interface OperatorChange {
  saleId: SaleId
  by: string
  reason: string
}

export type SaleChanged =
  | { result: 'changed'; sale: Sale }
  | { result: 'closed' } // closed is final
  | { result: 'no-such-sale' }

export const pauseSale = (ports: ChangePorts, of: OperatorChange) =>
  changeOpenSale(ports, of, () => ({ paused: true }))

export const resumeSale = (ports: ChangePorts, of: OperatorChange) =>
  changeOpenSale(ports, of, () => ({ paused: false }))

export const closeSale = async (ports: ChangePorts, of: OperatorChange): Promise<SaleChanged> => {
  const closed = await changeOpenSale(ports, of, (nowMs) => ({ closedAtMs: nowMs }))
  if (closed.result !== 'closed') return closed
  const sale = await ports.catalog.readSale(of.saleId)
  return sale ? { result: 'changed', sale } : { result: 'no-such-sale' }
}

// With a key it counts once, also when an earlier call with the same key was cut off after its commit.
export const restockSale = async (
  ports: ChangePorts,
  of: OperatorChange & { units: number; key?: string | undefined },
): Promise<SaleChanged> => {
  const restocked = await ports.ledger.restock(of)
  if (restocked) return changed(ports, of.saleId)
  const sale = await ports.catalog.readSale(of.saleId)
  return { result: sale ? 'closed' : 'no-such-sale' }
}

// Pauses every sale that has not ended. Those that stand still now: each is resumed by itself.
export const stopSales = async (
  ports: ChangePorts,
  { by, reason }: Omit<OperatorChange, 'saleId'>,
): Promise<SaleId[]> => {
  const nowMs = ports.clock.nowMs()
  const sales = await ports.catalog.listSalesInEngine()
  const saleIds = sales
    .filter(({ closedAtMs, endsAtMs }) => closedAtMs === undefined && nowMs < endsAtMs)
    .map(({ saleId }) => saleId)
  const set = { paused: true }
  await Promise.all(saleIds.map((saleId) => ports.catalog.changeSale({ saleId, set, by, reason })))
  await spread(ports, saleIds)
  return saleIds
}

const changeOpenSale = async (
  ports: ChangePorts,
  of: OperatorChange,
  setOf: (nowMs: number) => { paused?: boolean; closedAtMs?: number },
): Promise<SaleChanged> => {
  const sale = await ports.catalog.readSale(of.saleId)
  if (sale === undefined) return { result: 'no-such-sale' }
  if (sale.closedAtMs !== undefined) return { result: 'closed' }
  await ports.catalog.changeSale({ ...of, set: setOf(ports.clock.nowMs()) })
  return changed(ports, of.saleId)
}

const changed = async (ports: ChangePorts, saleId: SaleId): Promise<SaleChanged> => {
  await spread(ports, [saleId])
  const sale = await ports.catalog.readSale(saleId)
  return sale ? { result: 'changed', sale } : { result: 'no-such-sale' }
}
