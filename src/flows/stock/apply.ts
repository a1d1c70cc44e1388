// Brings the engine's copies of sale rows (window, pause, close, units) up to home's. Repeating it is
// harmless: the newer version wins and units are cumulative. An engine that answers `rebuilding` will
// get the row from its rebuild.

import type { SaleId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'

export const applySales = async (
  ports: Pick<Ports, 'ledger' | 'stock'>,
  saleIds: SaleId[],
): Promise<void> => {
  const homes = await ports.ledger.readCopies(saleIds)
  const copies = homes.flatMap((home, at) => (home ? [{ saleId: saleIds[at]!, ...home }] : []))
  if (copies.length > 0) await ports.stock.apply(copies)
}
