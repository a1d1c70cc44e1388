// The blocklist. Whoever changes it takes the next version first, so that changes come one after the
// other, and versions become visible in their order.

import { BLOCKS_MAX, type BlocksMax } from '../../domain/block.ts'
import type { Blocklist } from '../../ports/blocklist.ts'
import { blocking } from './blocklist/block.ts'
import { lifting } from './blocklist/lift.ts'
import { blockReadings } from './blocklist/block-readings.ts'
import type { StoreDeps } from './mysql.ts'

export const mysqlBlocklist = (deps: StoreDeps, most: BlocksMax = BLOCKS_MAX): Blocklist => ({
  ...blocking(deps, most),
  ...lifting(deps),
  ...blockReadings(deps),
})
