// Different members of a key are counted exactly in any window, in bounded memory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { memberWindow } from '../../src/attempt/member-window.ts'

const LIMITS = { max: 3, windowMs: 100, membersMax: 1000 }

test('one member more than the maximum is too many, and then the count begins anew', () => {
  const window = memberWindow(LIMITS)
  const add = (member: number) => window.add({ key: 'a', member, nowMs: 0 })
  assert.deepEqual([1, 2, 3].map(add), [undefined, undefined, undefined])
  assert.deepEqual(add(4), [1, 2, 3, 4])
  assert.deepEqual([4, 3, 2].map(add), [undefined, undefined, undefined])
  assert.deepEqual(add(1), [4, 3, 2, 1])
})

test('a member counts once, from when it came last, until the window has passed it', () => {
  const window = memberWindow(LIMITS)
  const add = (member: number, nowMs: number) => window.add({ key: 'a', member, nowMs })
  for (const nowMs of [0, 1, 2]) assert.equal(add(1, nowMs), undefined)
  add(2, 3)
  add(3, 4)
  assert.equal(add(4, 102), undefined) // the first left at 102
  assert.deepEqual(add(5, 102), [2, 3, 4, 5]) // the second leaves at 103
})

test('it finds what a list of everything that came finds', () => {
  const event = fc.record({ key: fc.nat(2), member: fc.nat(5), afterMs: fc.nat(40) })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const window = memberWindow(LIMITS)
      let all: { key: number; member: number; atMs: number }[] = []
      let nowMs = 0
      for (const { key, member, afterMs } of events) {
        nowMs += afterMs
        all.push({ key, member, atMs: nowMs })
        const recent = all.filter((one) => one.key === key && one.atMs > nowMs - LIMITS.windowMs)
        const members = new Set(recent.map((one) => one.member))
        const found = window.add({ key, member, nowMs })
        assert.deepEqual(found && new Set(found), members.size > LIMITS.max ? members : undefined)
        if (found) all = all.filter((one) => one.key !== key)
      }
    }),
    { numRuns: 1000 },
  )
})

test('very many keys take no more than their room, and the silent ones go first', () => {
  const window = memberWindow(LIMITS)
  const add = (key: number) => window.add({ key, member: key, nowMs: 0 })
  for (let key = 0; key < 100_000; key += 1) {
    add(key)
    window.add({ key: 'busy', member: key % 3, nowMs: 0 })
  }
  const { membersMax } = LIMITS
  assert(window.members() <= membersMax && window.members() > membersMax / 2)
  assert.deepEqual(window.add({ key: 'busy', member: 9, nowMs: 0 })?.length, 4)
})
