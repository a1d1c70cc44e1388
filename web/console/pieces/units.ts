// Where the units of a sale are, in parts that always add up to its total. The books are read one after the
// other: what is on its way from one to the other at that moment is a part of its own.

import type { Audit, SaleUnits, Stock } from '../shapes.ts'

export type PartName =
  | 'paid'
  | 'pending'
  | 'live'
  | 'inTransit'
  | 'inTransfer'
  | 'returning'
  | 'available'
  | 'elsewhere'

export interface Part {
  name: PartName
  units: number
}

// As the sale is shown: live orders are those that are pending or paid.
export const partsOfStock = ({ total, live, held, returning, available }: Stock): Part[] =>
  adding(total, { live, inTransit: held - live, returning, available })

export const partsOfAudit = (audit: Audit): Part[] => {
  const { total, paid, pending, held, inTransfer, returning, available } = audit
  const inTransit = held - paid - pending
  return adding(total, { paid, pending, inTransit, inTransfer, returning, available })
}

// As the stock engine alone knows them.
export const partsOfEngine = (units: SaleUnits): Part[] => {
  const { total, held, inTransit, inTransfer, returning, available } = units
  return adding(total, { live: held - inTransit, inTransit, inTransfer, returning, available })
}

// What was promised comes first: it is never cut off by a number that was read later.
const adding = (total: number, of: Partial<Record<PartName, number>>): Part[] => {
  let left = total
  const parts = Object.entries(of).map(([name, units]) => {
    const taken = Math.min(left, Math.max(0, units))
    left -= taken
    return { name: name as PartName, units: taken }
  })
  return left > 0 ? [...parts, { name: 'elsewhere', units: left }] : parts
}
