// A gateway's node id, and how it learns how many gateways share the limits of the fleet: over real leases
// and a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../src/ports/clock.ts'
import type { Leases } from '../../src/ports/leases.ts'
import { keepNodeLease, type NodeLoop } from '../../src/workers/node-lease.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'

const TTL_MS = 9000

// Several gateways over the leases of one store. `pass` lets each renew whenever that is due.
const fleetOver = ({ leases, time }: Awaited<ReturnType<typeof makeSqlite>>) => {
  const resting: { untilMs: number; end: () => void }[] = []
  const clock: Clock = {
    nowMs: time.nowMs,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        resting.push({ untilMs: time.nowMs() + ms, end: resolve })
        signal?.addEventListener('abort', () => resolve())
      }),
  }
  return {
    start: (holder: string, over: Leases = leases): Promise<NodeLoop> =>
      keepNodeLease({
        ports: { clock, leases: over },
        holder,
        ttlMs: TTL_MS,
        failed: () => undefined,
      }),
    async pass(ms: number) {
      for (const endMs = time.nowMs() + ms; time.nowMs() < endMs;) {
        await time.pass(100)
        for (const one of resting) if (one.untilMs <= time.nowMs()) one.end()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

// What is due by now may still be on its way to the store.
const counts = (one: NodeLoop, gateways: number) =>
  until(async () => (one.gateways() === gateways ? true : undefined))

test('a gateway counts itself, and within a lease all others that come and go', async () => {
  await using sqlite = await makeSqlite()
  const fleet = fleetOver(sqlite)
  const first = await fleet.start('first')
  assert.equal(first.gateways(), 1)
  const second = await fleet.start('second')
  assert.equal(second.gateways(), 2, 'at once')
  const third = await fleet.start('third')
  await fleet.pass(TTL_MS / 3)
  for (const one of [first, second, third]) await counts(one, 3)
  await Promise.all([second.stop(), third.stop()])
  await fleet.pass(TTL_MS + TTL_MS / 3)
  await counts(first, 1) // their leases have run out, and it has renewed its own
  await first.stop()
})

test('a gateway that cannot reach the store goes on with the count it had', async () => {
  await using sqlite = await makeSqlite()
  const fleet = fleetOver(sqlite)
  let away = false
  const countNodes: Leases['countNodes'] = (at) =>
    away ? Promise.reject(new Error('the store is away')) : sqlite.leases.countNodes(at)
  const first = await fleet.start('first', { ...sqlite.leases, countNodes })
  const second = await fleet.start('second')
  await fleet.pass(TTL_MS / 3)
  await counts(first, 2)
  away = true
  await second.stop()
  await fleet.pass(2 * TTL_MS)
  assert.equal(first.gateways(), 2)
  away = false
  await fleet.pass(TTL_MS)
  await counts(first, 1)
  await first.stop()
})

test('a gateway whose lease has run out holds no node id, until it has one again', async () => {
  await using sqlite = await makeSqlite()
  const fleet = fleetOver(sqlite)
  let away = false
  const renewNode: Leases['renewNode'] = (at) =>
    away ? Promise.reject(new Error('the store is away')) : sqlite.leases.renewNode(at)
  const one = await fleet.start('one', { ...sqlite.leases, renewNode })
  await fleet.pass(2 * TTL_MS)
  assert.equal(one.holds(), true)
  away = true
  await fleet.pass(TTL_MS + 100)
  assert.equal(one.holds(), false)
  away = false
  await fleet.pass(TTL_MS)
  await until(async () => (one.holds() ? true : undefined))
  await one.stop()
})
