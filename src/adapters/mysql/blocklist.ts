// The blocklist. Whoever changes it takes the next version first, so that changes come one after the
// other, and versions become visible in their order.

import type { Blocklist } from '../../ports/blocklist.ts'
import { blocking } from './blocklist/block.ts'
import { lifting } from './blocklist/lift.ts'
import { blockReadings } from './blocklist/block-readings.ts'
import type { StoreDeps } from './mysql.ts'

export const mysqlBlocklist = (deps: StoreDeps): Blocklist => ({
  ...blocking(deps),
  ...lifting(deps),
  ...blockReadings(deps),
})
