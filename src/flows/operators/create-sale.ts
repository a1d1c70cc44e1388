// An operator makes a sale. What cannot be sold as asked is refused with the field's name; a sale that
// starts within the hour is put into the engine at once.

import type { SaleId } from '../../domain/ids.ts'
import type { Sale, SaleTerms } from '../../domain/sale.ts'
import { preheatAtMs, SALE_DEFAULTS, segmentsOf } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { type RebuildSettings, rebuildNow } from '../stock/look-after.ts'
import { saleFault, type SaleFault } from './sale-fault.ts'

type Needed = 'productId' | 'title' | 'price' | 'currency' | 'stock' | 'startsAtMs' | 'endsAtMs'

export type SaleDraft = Pick<SaleTerms, Needed> &
  Partial<SaleTerms> & {
    clonedFrom?: SaleId
  }

export type SaleCreated = { result: 'created'; sale: Sale } | ({ result: 'malformed' } & SaleFault)

export type CreatePorts = Pick<
  Ports,
  'catalog' | 'changes' | 'clock' | 'leases' | 'ledger' | 'orders' | 'queue' | 'stock'
>

export const createSale = async (
  ports: CreatePorts,
  of: { draft: SaleDraft; by: string; rebuild: RebuildSettings },
): Promise<SaleCreated> => {
  const nowMs = ports.clock.nowMs()
  const segments = segmentsOf(of.draft.strategy ?? SALE_DEFAULTS.strategy)
  const terms = { ...SALE_DEFAULTS, segments, limits: {}, rehearsal: false, ...of.draft }
  const product = await ports.catalog.readProduct(terms.productId)
  const { strategies } = ports.stock
  const fault = saleFault(terms, { product, strategies, nowMs })
  if (fault) return { result: 'malformed', ...fault }
  const sale = await ports.catalog.createSale({ ...terms, createdAtMs: nowMs }, of.by)
  await announce(ports, sale, of.rebuild).catch(() => undefined)
  return { result: 'created', sale }
}

// The sale exists: whatever fails from here on is made up for by the keeper.
const announce = async (ports: CreatePorts, sale: Sale, rebuild: RebuildSettings) => {
  await ports.changes.append([{ kind: 'sale', saleId: sale.saleId }])
  if (ports.clock.nowMs() >= preheatAtMs(sale)) await rebuildNow(ports, sale, rebuild)
}
