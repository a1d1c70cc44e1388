// What counts as a try to sign in or sign up, and until when.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tries } from '../../src/gateway/tries.ts'
import { manualTime } from '../adapters/sqlite-setup.ts'

const make = () => {
  const { clock, time } = manualTime()
  return { ...tries({ clock, perName: 2, perAddress: 4 }), time }
}

test('tries count for five minutes, each for itself', async () => {
  const { take, time } = make()
  const by = { address: '192.0.2.1', name: 'ann' }
  assert.equal(take(by), 0)
  await time.pass(60_000)
  assert.equal(take(by), 0)
  assert.equal(take(by), 240_000)
  await time.pass(240_000)
  assert.equal(take(by), 0)
  assert.equal(take(by), 60_000)
})

test('a try that could not be made is given back', () => {
  const { take, giveBack } = make()
  const by = { address: '192.0.2.1', name: 'ann' }
  for (let round = 0; round < 20; round += 1) {
    assert.equal(take(by), 0)
    giveBack(by)
  }
})

test('a name is not used up from an address that may not try', () => {
  const { take } = make()
  const address = '192.0.2.1'
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(take({ address, name }), 0)
  for (let round = 0; round < 5; round += 1) assert.ok(take({ address, name: 'ann' }) > 0)
  assert.equal(take({ address: '192.0.2.2', name: 'ann' }), 0)
})
