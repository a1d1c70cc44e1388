// Whoever watches finds every metric in the operations document, with its labels and what it means.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { metrics } from '../../src/gateway/metrics.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/operations.md')

// As the table has them: `name` | `label`, `label` | means | worry when.
const documented = (): string[] => {
  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| `(seckill_\w+)` \|(.*)$/gm)
  return [...rows].map(([, name = '', rest = '']) => {
    const [labels, means, worry] = rest.split(' | ').map((cell) => cell.replace(/ ?\|$/, ''))
    assert(means !== '' && worry !== '' && worry !== undefined, name)
    return [name, ...labels!.matchAll(/`(\w+)`/g).map(([, label]) => label)].join(' ')
  })
}

const registered = (): string[] => {
  const clock = { nowMs: () => 0, pause: () => Promise.resolve() }
  const queue = { lag: async () => ({ messages: 0 }) }
  const all = metrics({ queue: queue as Parameters<typeof metrics>[0]['queue'], clock })
  all.watchConnections(createServer())
  all.watchBreakers({ stock: () => 0, promise: () => 0 })
  return all.registry.getMetricsAsArray().map((metric) => {
    const { labelNames = [] } = metric as { labelNames?: string[] }
    return [metric.name, ...labelNames].join(' ')
  })
}

test('the operations document has every metric with its labels, each once, and no other', () => {
  assert.deepEqual(documented().sort(), registered().sort())
})
