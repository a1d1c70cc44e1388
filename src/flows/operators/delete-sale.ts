// An operator takes a sale back before it has started. From then on there is no such sale; the engine
// forgets it at once, or by the keeper.

import type { SaleId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { atAnyVersion } from './at-any-version.ts'

export interface SaleDeleting {
  saleId: SaleId
  versions: number[] | 'any'
  by: string
  reason: string
}

export type SaleDeleted = {
  result: 'deleted' | 'started' | 'version-changed' | 'no-such-sale'
}

type DeletePorts = Pick<Ports, 'catalog' | 'changes' | 'stock'>

export const deleteSale = (ports: DeletePorts, of: SaleDeleting): Promise<SaleDeleted> =>
  atAnyVersion(of.versions, () => deleteAsSeen(ports, of))

const deleteAsSeen = async (
  ports: DeletePorts,
  { saleId, versions, by, reason }: SaleDeleting,
): Promise<SaleDeleted> => {
  const sale = await ports.catalog.readSale(saleId)
  if (sale === undefined) return { result: 'no-such-sale' }
  const { version } = sale
  if (versions !== 'any' && !versions.includes(version)) return { result: 'version-changed' }
  if (await isHeld(ports, saleId)) return { result: 'started' }
  const { result } = await ports.catalog.deleteSale({ saleId, version, by, reason })
  if (result !== 'deleted') return { result }
  await ports.changes.append([{ kind: 'sale', saleId }]).catch(() => undefined)
  await ports.stock.forget(saleId).catch(() => undefined)
  return { result }
}

// Somebody holds units that home may not know of yet: the engine went by an older row when it started.
const isHeld = async ({ stock }: Pick<Ports, 'stock'>, saleId: SaleId): Promise<boolean> =>
  (await stock.read(saleId)).some((segment) => segment.held > 0)
