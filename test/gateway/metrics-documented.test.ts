// Whoever watches finds every metric in the operations document, with the roles that show it, its labels,
// what it means and what to do: what running processes serve, and the document, are the same list.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { metrics } from '../../src/gateway/metrics.ts'
import { type RoleName, ROLES } from '../../src/processes/credentials.ts'
import { startRoles } from '../../src/processes/start.ts'
import { configOf } from '../support/engine.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/operations.md')

interface Documented {
  name: string
  roles: RoleName[]
  labels: string[]
}

// As the table has them: `name` | roles | `label`, `label` | means | worry when.
const documented = (): Documented[] => {
  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(
    /^\| `((?:seckill|process|nodejs)_\w+)` \|(.*)\|$/gm,
  )
  return [...rows].map(([, name = '', rest = '']) => {
    const [of = '', labels = '', means, worry] = rest.split(/ ?\| ?/)
    assert(means !== undefined && worry?.trim(), name)
    assert(means !== '' || name.startsWith('nodejs_heap_space_'), name)
    return { name, roles: rolesOf(of.trim()), labels: codesOf(labels) }
  })
}

const codesOf = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code!)

const rolesOf = (cell: string): RoleName[] => {
  const named: Record<string, RoleName[]> = {
    all: [...ROLES],
    G: ['gateway'],
    W: ['worker'],
    K: ['keeper'],
  }
  const roles = named[cell]
  assert(roles, `${cell} is no role`)
  return roles
}

const served = async (roles: readonly RoleName[]): Promise<string[]> => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'seckill-metrics-'))
  const config = configOf(folder.path, { SECKILL_OPERATIONS_PORT: '0' })
  const running = (await startRoles(config, { roles }))!
  try {
    const text = await (await fetch(`${running.operationsUrl!}/metrics`)).text()
    return [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!)
  } finally {
    await running.stop()
  }
}

for (const roles of [ROLES, ...ROLES.map((role) => [role])])
  test(`a process with ${roles.join(', ')} shows what the document says of it, and nothing else`, async () => {
    const told = documented().filter((one) => one.roles.some((role) => roles.includes(role)))
    assert.deepEqual((await served(roles)).sort(), told.map(({ name }) => name).sort())
  })

test('the document has the labels of every metric', () => {
  const clock = { nowMs: () => 0, pause: () => Promise.resolve() }
  const queue = { lag: async () => ({ messages: 0 }) }
  const all = metrics({ queue: queue as Parameters<typeof metrics>[0]['queue'], clock })
  all.watchConnections(createServer())
  all.watchBreakers({ stock: () => 0, promise: () => 0 })
  all.watchReady(() => [])
  all.watchSales({ clock } as unknown as Parameters<typeof all.watchSales>[0], { booksFreshMs: 1 })
  const registered = all.registry.getMetricsAsArray().map((metric) => {
    const { labelNames = [] } = metric as { labelNames?: string[] }
    return [metric.name, ...labelNames].join(' ')
  })
  const told = documented().map(({ name, labels }) => [name, ...labels].join(' '))
  assert.deepEqual(told.sort(), registered.sort())
})
