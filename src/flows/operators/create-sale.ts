// An operator makes a sale. What cannot be sold as asked is refused with the field's name; a sale that
// starts within the hour is put into the engine at once.

import type { Product, Sale } from '../../domain/sale.ts'
import { preheatAtMs, SALE_DEFAULTS } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { type RebuildSettings, rebuildOnce } from '../stock/look-after.ts'

export type SaleDraft = Pick<
  Sale,
  'productId' | 'title' | 'price' | 'currency' | 'startsAtMs' | 'endsAtMs'
> &
  Partial<
    Pick<
      Sale,
      | 'perBuyerLimit'
      | 'strategy'
      | 'segments'
      | 'admission'
      | 'payWithinMs'
      | 'tokensFromMs'
      | 'limits'
      | 'rehearsal'
    >
  > & { stock: number }

export type SaleCreated =
  | { result: 'created'; sale: Sale }
  | { result: 'malformed'; field: string; detail: string }

type CreatePorts = Pick<
  Ports,
  'catalog' | 'changes' | 'clock' | 'leases' | 'ledger' | 'orders' | 'queue' | 'stock'
>

export const createSale = async (
  ports: CreatePorts,
  of: { draft: SaleDraft; by: string; rebuild: RebuildSettings },
): Promise<SaleCreated> => {
  const nowMs = ports.clock.nowMs()
  const { draft, by } = of
  const product = await ports.catalog.readProduct(draft.productId)
  const fault = faultOf(draft, { product, nowMs })
  if (fault) return { result: 'malformed', ...fault }
  const filled = { ...SALE_DEFAULTS, limits: {}, rehearsal: false, createdAtMs: nowMs, ...draft }
  const sale = await ports.catalog.createSale(filled, by)
  await announce(ports, sale, of.rebuild).catch(() => undefined)
  return { result: 'created', sale }
}

// The sale exists: whatever fails from here on is made up for by the keeper.
const announce = async (ports: CreatePorts, sale: Sale, rebuild: RebuildSettings) => {
  await ports.changes.append([{ kind: 'sale', saleId: sale.saleId }])
  if (ports.clock.nowMs() >= preheatAtMs(sale)) await rebuildOnce(ports, sale, rebuild)
}

const faultOf = (
  draft: SaleDraft,
  { product, nowMs }: { product: Product | undefined; nowMs: number },
): { field: string; detail: string } | undefined => {
  if (product === undefined) return { field: 'productId', detail: 'there is no such product' }
  if (draft.currency !== product.currency)
    return { field: 'currency', detail: `the product is priced in ${product.currency}` }
  if (draft.endsAtMs <= draft.startsAtMs)
    return { field: 'endsAt', detail: 'a sale ends after it starts' }
  if (draft.endsAtMs <= nowMs) return { field: 'endsAt', detail: 'this is in the past' }
  if ((draft.perBuyerLimit ?? 1) > draft.stock)
    return { field: 'perBuyerLimit', detail: 'more than the stock of the sale' }
  if ((draft.strategy ?? 'counter') !== 'counter' || (draft.segments ?? 1) !== 1)
    return { field: 'strategy', detail: 'the SQLite engine knows `counter` with one segment' }
  if ((draft.admission ?? 'open') !== 'open')
    return { field: 'admission', detail: '`open` is the only admission there is yet' }
  return undefined
}
