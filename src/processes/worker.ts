// The role that records orders.

import { orderWorker } from '../workers/order-worker.ts'
import { logFailures, type Role, type RoleOptions } from './role.ts'

export const startWorker = (options: RoleOptions): Role => {
  const { config, log, metrics, ports } = options
  const loop = orderWorker({
    ports,
    batchMax: config.SECKILL_RECORD_BATCH,
    recorded(batch) {
      metrics.recorded(batch)
      if (batch.promisesBroken > 0) log.error({ batch }, 'a promise was broken')
      else if (batch.rejected + batch.buried > 0) log.warn({ batch }, 'orders refused')
    },
    failed: logFailures(options, 'order-worker'),
  })
  return { unready: () => (loop.failures() > 0 ? [loop.name] : []), stop: () => loop.stop() }
}
