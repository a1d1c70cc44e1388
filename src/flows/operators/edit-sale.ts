// An operator gives a sale other terms: all of them until shortly before the start, only its limits from
// then on. Whoever has looked at an older version is refused, so of two at once exactly one wins.
//
// What the engine sells by travels as one copy of the row; units and segments are rebuilt by the keeper,
// because their change raises the epoch (ports/catalog.ts).

import type { SaleId } from '../../domain/ids.ts'
import type { Sale, SaleTerms } from '../../domain/sale.ts'
import { TERMS_STAND_BEFORE_MS, termsStand, withSegments } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { atAnyVersion } from './at-any-version.ts'
import { saleFault, type SaleFault } from './sale-fault.ts'
import { spread } from './spread.ts'

type EditPorts = Pick<Ports, 'catalog' | 'changes' | 'clock' | 'ledger' | 'stock'>

export interface SaleEditing {
  saleId: SaleId
  versions: number[] | 'any' // of the sale, which are to be changed
  set: Partial<SaleTerms>
  by: string
  reason: string
}

export type SaleEdited =
  | { result: 'edited'; sale: Sale }
  | ({ result: 'malformed' } & SaleFault)
  | { result: 'started'; field: string } // too late for this one
  | { result: 'closed' | 'version-changed' | 'no-such-sale' }

export const editSale = (ports: EditPorts, of: SaleEditing): Promise<SaleEdited> =>
  atAnyVersion(of.versions, () => editAsSeen(ports, of))

const editAsSeen = async (ports: EditPorts, of: SaleEditing): Promise<SaleEdited> => {
  const { saleId, versions, by, reason } = of
  const terms = await ports.catalog.readTerms(saleId)
  if (terms === undefined) return { result: 'no-such-sale' }
  const { sale, stock } = terms
  const { version } = sale
  if (versions !== 'any' && !versions.includes(version)) return { result: 'version-changed' }
  if (sale.closedAtMs !== undefined) return { result: 'closed' }
  const before = { ...sale, stock }
  const set = different(withSegments(of.set, sale), before)
  if (Object.keys(set).length === 0) return { result: 'edited', sale }
  const [field] = Object.keys(set).filter((term) => term !== 'limits')
  if (field !== undefined) {
    const refusal = await refusalOf(ports, { field, before, set })
    if (refusal) return refusal
  }
  const edited = await ports.catalog.editSale({ saleId, version, set, by, reason })
  switch (edited.result) {
    case 'edited':
      await spread(ports, [saleId])
      return edited
    case 'started':
      return { result: 'started', field: named(field!) }
    case 'version-changed':
    case 'no-such-sale':
      return { result: edited.result }
  }
}

// What is said as it is already is not changed.
const different = (said: Partial<SaleTerms>, now: SaleTerms): Partial<SaleTerms> =>
  Object.fromEntries(
    Object.entries(said).filter(([term, value]) => {
      return JSON.stringify(value) !== JSON.stringify(now[term as keyof SaleTerms])
    }),
  )

const refusalOf = async (
  ports: EditPorts,
  of: { field: string; before: Sale & SaleTerms; set: Partial<SaleTerms> },
): Promise<SaleEdited | undefined> => {
  const { before, set } = of
  const nowMs = ports.clock.nowMs()
  if (termsStand(before, nowMs)) return { result: 'started', field: named(of.field) }
  const after = { ...before, ...set }
  const product = await ports.catalog.readProduct(after.productId)
  const { strategies } = ports.stock
  const fault = saleFault(after, { product, strategies, nowMs }) ?? startFault(after, nowMs)
  return fault && { result: 'malformed', ...fault }
}

// The new start is as far away as the old one had to be: everybody hears of it before it comes.
const startFault = (after: SaleTerms, nowMs: number): SaleFault | undefined => {
  if (!termsStand(after, nowMs)) return undefined
  const detail = `more than ${TERMS_STAND_BEFORE_MS / 1000} s from now, so that everybody hears of it`
  return { field: 'startsAt', detail }
}

// As the API calls it.
const named = (term: string) => term.replace(/AtMs$/, 'At')
