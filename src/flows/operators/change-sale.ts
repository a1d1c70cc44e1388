// An operator pauses, resumes, closes or restocks a sale. Home is changed first, in one transaction
// with its version; then the engine gets the row, and the keeper brings it there if this process dies
// in between. Each may be repeated; a closed sale stays closed.

import type { SaleId } from '../../domain/ids.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { applySales } from '../stock/apply.ts'

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
  const sale = await ports.catalog.readSale(of.saleId)
  if (sale?.closedAtMs !== undefined) return { result: 'changed', sale }
  return changeOpenSale(ports, of, (nowMs) => ({ closedAtMs: nowMs }))
}

export const restockSale = async (
  ports: ChangePorts,
  { units, ...of }: OperatorChange & { units: number },
): Promise<SaleChanged> => {
  const sale = await ports.catalog.readSale(of.saleId)
  if (sale === undefined) return { result: 'no-such-sale' }
  if (sale.closedAtMs !== undefined) return { result: 'closed' }
  await ports.ledger.restock({ ...of, units })
  return spread(ports, of.saleId)
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
  return spread(ports, of.saleId)
}

// Home has it: the change is made, and may not be answered as a failure any more. Gateways that miss
// the news read all sales again now and then, and the keeper brings the engine what it has missed.
const spread = async (ports: ChangePorts, saleId: SaleId): Promise<SaleChanged> => {
  await ports.changes.append([{ kind: 'sale', saleId }]).catch(() => undefined)
  await applySales(ports, [saleId]).catch(() => undefined)
  const sale = await ports.catalog.readSale(saleId)
  return sale ? { result: 'changed', sale } : { result: 'no-such-sale' }
}
