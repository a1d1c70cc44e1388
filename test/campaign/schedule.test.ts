// A seed is a campaign: it draws the same faults in the same order, and all of them before any comes again.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PARTS } from './fault.ts'
import { FAULTS } from './faults/table.ts'
import { schedule, type Turn } from './schedule.ts'

const some = (seed: number, turns: number): Turn[] => schedule(seed, FAULTS).take(turns).toArray()

suite('the schedule of a campaign', () => {
  test('is the same for the same seed, and another one for another', () => {
    assert.deepEqual(some(7, 200), some(7, 200))
    assert.notDeepEqual(some(7, 200), some(8, 200))
  })

  test('gives every fault its turn before any has two', () => {
    const drawn = some(7, FAULTS.length).flatMap((turn) => turn.drawn.map(({ name }) => name))
    assert.equal(new Set(drawn.slice(0, FAULTS.length)).size, FAULTS.length)
  })

  test('breaks two at once now and then, and never the same part twice', () => {
    const touches = new Map(FAULTS.map((fault) => [fault.name, fault.touches]))
    const pairs = some(7, 500).filter(({ drawn }) => drawn.length === 2)
    assert(pairs.length > 50)
    for (const { drawn } of pairs) {
      const parts = drawn.flatMap(({ name }) => touches.get(name)!)
      assert.equal(new Set(parts).size, parts.length, parts.join())
    }
  })

  test('has a fault of every part, each of a name of its own and held as long as it may be', () => {
    assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length)
    for (const part of PARTS)
      assert(
        FAULTS.some(({ touches }) => touches[0] === part),
        part,
      )
    const held = new Map(FAULTS.map(({ name, holdMs }) => [name, holdMs]))
    for (const { name, holdMs } of some(7, 500).flatMap(({ drawn }) => drawn)) {
      const [least, most] = held.get(name)!
      assert(holdMs >= least && holdMs <= most, name)
    }
  })
})
