// Deletes what is no longer needed, a few rows at a time: they are found by an index, or in the order
// they were written.

import type { Retention } from '../../ports/retention.ts'
import type { StoreDeps } from './mysql.ts'
import { forgettingRows } from './retention/forget-rows.ts'
import { forgettingSales } from './retention/forget-sale.ts'
import { takingOldSales } from './retention/take-old-sale.ts'

export const mysqlRetention = (deps: StoreDeps): Retention => ({
  ...forgettingRows(deps),
  ...takingOldSales(deps),
  ...forgettingSales(deps),
})
