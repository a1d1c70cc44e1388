// Databases of a cluster that were restored by their own tools are made ones that may go on.

import type { Config } from '../../config.ts'
import { type Mended, mendRestored } from '../../flows/operators/mend-restored.ts'
import { mysqlCatalog } from '../../adapters/mysql/catalog.ts'
import { mysqlLedger } from '../../adapters/mysql/ledger.ts'
import { openMysql } from '../../adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../adapters/mysql/order-store.ts'
import { type MadeSafe, makeSafe } from '../../adapters/mysql/restore.ts'
import { storeClock } from '../../adapters/system/clock.ts'

export const restoreCluster = async (config: Config): Promise<MadeSafe & { mended: Mended }> => {
  const options = {
    urls: config.SECKILL_STORE_URL,
    timeoutMs: config.SECKILL_STORE_TIMEOUT_MS,
    connections: config.SECKILL_STORE_CONNECTIONS,
  }
  const safe = await makeSafe(options)
  await using mysql = await openMysql(options)
  await using clock = await storeClock({ readStoreMs: mysql.readMs })
  const deps = { mysql, clock }
  const ports = {
    catalog: mysqlCatalog(deps),
    clock,
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
  }
  return { ...safe, mended: await mendRestored(ports) }
}
