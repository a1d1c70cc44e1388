// What every keeper of leases must keep: one holder at a time, and a node id rests before it is
// somebody else's.

import assert from 'node:assert/strict'
import type { Leases } from '../../src/ports/leases.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'

export interface LeasesSetup extends AsyncDisposable {
  leases: Leases
  time: TestTime
}

export const leasesContract = (name: string, options: ContractOptions<LeasesSetup>): void =>
  contract(`leases: ${name}`, options, { ...namedClaims, ...nodeClaims })

const ttlMs = 200
const lease = (holder: string, name = 'keeper') => ({ name, holder, ttlMs })

const namedClaims: Claims<LeasesSetup> = {
  'a lease has one holder': async ({ leases }) => {
    const holders = ['a', 'b', 'c']
    const got = await Promise.all(holders.map((holder) => leases.acquire(lease(holder))))
    assert.equal(got.filter(Boolean).length, 1)
  },

  'its holder may take it again': async ({ leases }) => {
    assert.equal(await leases.acquire(lease('a')), true)
    assert.equal(await leases.acquire(lease('a')), true)
    assert.equal(await leases.acquire(lease('b')), false)
  },

  'taking it again makes it last longer': async ({ leases, time }) => {
    await leases.acquire({ ...lease('a'), ttlMs: 10 })
    await leases.acquire(lease('a'))
    await time.pass(20)
    assert.equal(await leases.acquire(lease('b')), false)
  },

  'a lease that has run out is free': async ({ leases, time }) => {
    await leases.acquire(lease('a'))
    await time.pass(ttlMs)
    assert.equal(await leases.acquire(lease('b')), true)
    assert.equal(await leases.acquire(lease('a')), false)
  },

  'a released lease is free at once': async ({ leases }) => {
    await leases.acquire(lease('a'))
    await leases.release({ name: 'keeper', holder: 'a' })
    assert.equal(await leases.acquire(lease('b')), true)
  },

  'nobody releases what another holds': async ({ leases }) => {
    await leases.acquire(lease('a'))
    await leases.release({ name: 'keeper', holder: 'b' })
    assert.equal(await leases.acquire(lease('b')), false)
  },

  'leases of different names do not touch each other': async ({ leases }) => {
    assert.equal(await leases.acquire(lease('a', 'one')), true)
    assert.equal(await leases.acquire(lease('b', 'other')), true)
  },
}

const nodeClaims: Claims<LeasesSetup> = {
  'the lowest free node id is given, with its end': async ({ leases, time }) => {
    const nowMs = time.nowMs()
    const first = await leases.acquireNode({ holder: 'a', ttlMs })
    const second = await leases.acquireNode({ holder: 'b', ttlMs })
    assert.deepEqual([first?.nodeId, second?.nodeId], [0, 1])
    assert(first!.untilMs >= nowMs + ttlMs)
  },

  'those who come at once get different node ids': async ({ leases }) => {
    const holders = ['a', 'b', 'c', 'd']
    const got = await Promise.all(holders.map((holder) => leases.acquireNode({ holder, ttlMs })))
    assert.equal(new Set(got.map((node) => node?.nodeId)).size, 4)
  },

  'a node id is kept by renewing it': async ({ leases, time }) => {
    const node = await leases.acquireNode({ holder: 'a', ttlMs })
    await time.pass(ttlMs / 2)
    const renewed = await leases.renewNode({ nodeId: 0, holder: 'a', ttlMs })
    assert(renewed!.untilMs > node!.untilMs)
  },

  "a node id that has run out, or is another's, is not renewed": async ({ leases, time }) => {
    await leases.acquireNode({ holder: 'a', ttlMs })
    assert.equal(await leases.renewNode({ nodeId: 0, holder: 'b', ttlMs }), undefined)
    assert.equal(await leases.renewNode({ nodeId: 5, holder: 'a', ttlMs }), undefined)
    await time.pass(ttlMs)
    assert.equal(await leases.renewNode({ nodeId: 0, holder: 'a', ttlMs }), undefined)
  },

  'a node id rests for one lease before it is given again': async ({ leases, time }) => {
    await leases.acquireNode({ holder: 'a', ttlMs })
    await time.pass(ttlMs)
    assert.equal((await leases.acquireNode({ holder: 'b', ttlMs }))?.nodeId, 1)
    await time.pass(ttlMs)
    assert.equal((await leases.acquireNode({ holder: 'c', ttlMs }))?.nodeId, 0)
  },

  'node ids are counted while they are held, not while they rest': async ({ leases, time }) => {
    const count = () => leases.countNodes({ ttlMs })
    assert.equal(await count(), 0)
    for (const holder of ['a', 'b', 'c']) await leases.acquireNode({ holder, ttlMs })
    await leases.acquire(lease('a'))
    assert.equal(await count(), 3)
    await time.pass(ttlMs / 2)
    await leases.renewNode({ nodeId: 1, holder: 'b', ttlMs })
    assert.equal(await count(), 3)
    await time.pass(ttlMs / 2)
    assert.equal(await count(), 1)
  },

  'when all node ids are taken there is none': async ({ leases }) => {
    const at = { holder: 'a', ttlMs: 60_000 }
    for (let nodeId = 0; nodeId < 1024; nodeId += 1)
      assert.equal((await leases.acquireNode(at))?.nodeId, nodeId)
    assert.equal(await leases.acquireNode(at), undefined)
  },
}
