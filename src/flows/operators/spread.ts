// Brings a change of sales that home has to everybody else: gateways read the rows again, and the
// engine takes them over. The change is made, whatever fails here: gateways that miss the news read all
// sales again now and then, and the keeper brings the engine what it has missed.

import type { SaleId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { applySales } from '../stock/apply.ts'

export const spread = async (
  ports: Pick<Ports, 'changes' | 'ledger' | 'stock'>,
  saleIds: SaleId[],
): Promise<void> => {
  const news = saleIds.map((saleId) => ({ kind: 'sale' as const, saleId }))
  await ports.changes.append(news).catch(() => undefined)
  await applySales(ports, saleIds).catch(() => undefined)
}
