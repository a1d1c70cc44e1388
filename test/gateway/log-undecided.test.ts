// Attempts of which nobody knows what became: all are counted, few are logged.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Outcome } from '../../src/domain/attempt.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { metrics as newMetrics } from '../../src/gateway/metrics.ts'
import { logUndecided } from '../../src/processes/log-undecided.ts'

const cause = new EngineError('STOCK_UNREACHABLE', { message: 'stock engine: it is away' })
const UNDECIDED: Outcome = { outcome: 'busy', orderId: '1', cause }

const start = () => {
  const lines: { undecided: number; err: { message: string } }[] = []
  const at = { nowMs: 0 }
  const clock = { nowMs: () => at.nowMs, pause: async () => undefined }
  const queue = { lag: async () => ({ messages: 0, oldestAtMs: undefined }) }
  const metrics = newMetrics({ clock, queue } as unknown as Parameters<typeof newMetrics>[0])
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) })
  const tell = logUndecided({ log, metrics, ports: { clock } })
  const counted = async () => {
    const text = await metrics.registry.metrics()
    return Number(/^seckill_undecided_attempts_total (\d+)$/m.exec(text)![1])
  }
  return { at, lines, tell, counted }
}

test('of a run the first is logged and then each doubling, and all are counted', async () => {
  const { lines, tell, counted } = start()
  for (let told = 1; told <= 2000; told += 1) tell(UNDECIDED, String(told))
  assert.deepEqual(
    lines.map(({ undecided }) => undecided),
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
  )
  assert.equal(await counted(), 2000)
  assert.equal(lines[0]!.err.message, 'stock engine: it is away', 'said once')
})

test('a run goes on while others are decided, and is over when none has come for a while', () => {
  const { at, lines, tell } = start()
  for (let told = 1; told <= 100; told += 1) {
    tell(UNDECIDED, 'x')
    tell({ outcome: 'accepted', orderId: '2', saleId: '7' }, 'x')
  }
  const before = lines.length
  assert.equal(before, 7)
  at.nowMs += 60_000
  tell(UNDECIDED, 'x')
  assert.equal(lines.at(-1)!.undecided, 1)
})

test('busy without a failure is no undecided attempt', async () => {
  const { lines, tell, counted } = start()
  tell({ outcome: 'busy' }, 'x')
  tell({ outcome: 'busy', orderId: '1' }, 'x')
  assert.deepEqual([lines.length, await counted()], [0, 0])
})
