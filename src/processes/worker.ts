// The role that records orders.

import { MESSAGE_VERSION } from '../domain/messages.ts'
import { orderWorker } from '../workers/order-worker.ts'
import { failing, logFailures, type Role, type RoleOptions } from './role.ts'
import { tracedWorker } from './traced.ts'

export const startWorker = (options: RoleOptions): Role => {
  const { config, log, metrics, traces } = options
  const ports = traces ? tracedWorker(options.ports, traces) : options.ports
  const told = new Set<string>()
  const loops = orderWorker({
    ports,
    batchMax: config.SECKILL_RECORD_BATCH,
    decided(decisions) {
      metrics.decided(decisions)
      const { clickToRecordedMs: _, ...counts } = decisions
      if (counts.promisesBroken > 0) log.error({ decisions: counts }, 'a promise was broken')
      else if (counts.rejected > 0) log.warn({ decisions: counts }, 'orders refused')
    },
    buried(messages) {
      metrics.buried(messages)
      log.warn({ messages }, 'messages set aside: see the dead letters')
    },
    stopped(partitions) {
      metrics.stopped(partitions.length)
      for (const one of partitions) {
        if (!told.has(one.at)) log.error({ ...one, known: MESSAGE_VERSION }, UNKNOWN_VERSION)
        told.add(one.at)
      }
    },
    failed: (name) => logFailures(options, name),
  })
  return {
    unready() {
      const isStopped = ports.queue.stopped().length > 0
      const isStuck = loops.every((loop) => loop.failures() > 0)
      return isStopped || isStuck ? loops.map(({ name }) => name) : failing(loops)
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

const UNKNOWN_VERSION =
  'a partition waits at a message of a version that this program does not know: run the newer one that wrote it'
