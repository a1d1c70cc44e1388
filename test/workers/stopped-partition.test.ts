// A message of a version that this program does not know: whoever runs the worker is told, by the log, by
// the metrics and by what is not ready.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { metrics as newMetrics } from '../../src/gateway/metrics.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'
import { orderIdOf, sampleMessage } from '../contracts/samples.ts'

test('a partition that is stopped is told once, counted, and not ready', async () => {
  await using sqlite = await makeSqlite()
  const ports = sqlite as unknown as Ports // more than a worker needs is not there
  const metrics = newMetrics(ports)
  const lines: { msg: string; version: number; at: string }[] = []
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const config = readConfig({})
  const worker = startWorker({ config, holder: 'test', log, metrics, ports })
  try {
    const orderId = orderIdOf('1')
    await sqlite.queue.publish([sampleMessage({ buyerId: '1', orderId, version: 77 })])
    await until(async () => (worker.unready().length > 0 ? true : undefined))
    assert.deepEqual(worker.unready(), ['order-worker'])
    const shown = await until(async () => {
      const text = await metrics.registry.metrics()
      return text.includes('seckill_queue_partitions_stopped 1') ? text : undefined
    })
    assert.match(shown, /seckill_queue_lag_messages 1/)
    await sqlite.queue.publish([sampleMessage({ buyerId: '2' })]) // another turn
    assert.deepEqual(
      lines.map(({ msg, version, at }) => ({ msg: msg.slice(0, 17), version, at })),
      [{ msg: 'a partition waits', version: 77, at: `order ${orderId}` }],
    )
  } finally {
    await worker.stop()
  }
})
