// A copy of the sale row, in the order in which the scripts open and apply take it.

import type { SaleCopy } from '../../../domain/sale.ts'

export const writeCopy = (copy: SaleCopy): string[] => [
  `${copy.version}`,
  `${copy.price}`,
  copy.currency,
  `${copy.startsAtMs}`,
  `${copy.endsAtMs}`,
  copy.paused ? '1' : '0',
  copy.closed ? '1' : '0',
  `${copy.restocked}`,
]
