// How the day of a buyer goes: what it asks, when it comes back, and how its order ends.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { day } from '../../src/load/buyers/day.ts'
import { buyerWith, OPENED_AT_MS, scriptedWorld } from './support.ts'

const asks = (world: { asked: string[] }) => world.asked.map((one) => one.split(' ')[0])

suite('the day of a buyer', () => {
  test('who is refused once and for all asks once', async () => {
    const world = scriptedWorld({ attempt: ['ended'] })
    await day(buyerWith({ retriesMax: 9 }), world)
    assert.deepEqual(world.asked, ['opening at 100'])
  })

  test('who clicks early is told to come back, and comes when it was told to', async () => {
    const attempt = ['not-started', 'sold-out']
    const world = scriptedWorld({ attempt, retryAfterMs: 1500 })
    await day(buyerWith({ clicksEarlyMs: 800 }), world)
    assert.deepEqual(world.asked, ['early at -800', 'retry at 700'])
  })

  test('who is told to come back does so after Retry-After, as often as it has retries', async () => {
    const attempt = ['busy', 'rate-limited', 'busy']
    const world = scriptedWorld({ attempt, retryAfterMs: 2000 })
    await day(buyerWith({ retriesMax: 2 }), world)
    assert.deepEqual(asks(world), ['opening', 'retry', 'retry'])
    const times = world.asked.map((one) => Number(one.split(' ')[2]))
    assert(times[1]! - times[0]! >= 2000 && times[2]! - times[1]! >= 2000, String(times))
  })

  test('who is sold out asks again when it is called, and goes home when nobody calls', async () => {
    let calls = 0
    const world = scriptedWorld({ attempt: ['sold-out', 'sold-out'] }, () => (calls += 1) < 2)
    await day(buyerWith({ retriesMax: 9 }), world)
    assert.deepEqual(asks(world), ['opening', 'retry'])
    assert.equal(calls, 2)
  })

  test('who has an order asks again and pays it, and looks until it is paid', async () => {
    const attempt = ['accepted', 'already-reserved']
    const world = scriptedWorld({ attempt, pay: ['started'], look: ['pending', 'paid'] })
    await day(buyerWith({ asksAgain: true }), world)
    assert.deepEqual(asks(world), ['opening', 'again', 'pay', 'look', 'look'])
    assert.deepEqual(world.brokenWords, [])
  })

  test('who cannot pay yet, because the order is in transit, pays later', async () => {
    const pay = ['in-transit', 'no-answer', 'succeeded']
    const world = scriptedWorld({ attempt: ['accepted'], pay, look: ['paid'] })
    await day(buyerWith(), world)
    assert.deepEqual(asks(world), ['opening', 'pay', 'pay', 'pay', 'look'])
  })

  test('a payment that was begun and leaves its order pending is a broken word', async () => {
    const look = Array.from({ length: 30 }, () => 'pending')
    const world = scriptedWorld({ attempt: ['accepted'], pay: ['started'], look })
    await day(buyerWith(), world)
    assert.match(world.brokenWords.join(), /order 11 is not paid 10000 ms after its payment/)
  })

  test('who came too late to pay sees what became of the order', async () => {
    const world = scriptedWorld({ attempt: ['accepted'], pay: ['too-late'], look: ['expired'] })
    await day(buyerWith(), world)
    assert.deepEqual(world.brokenWords, [])
  })

  test('a server without payments is asked to take one, and not bothered again', async () => {
    const world = scriptedWorld({ attempt: ['accepted'], pay: ['not-found'] })
    const buyer = buyerWith()
    await day(buyer, world)
    assert.equal(buyer.gaveBack, true)
  })

  test('who cancels does so again while that is not decided', async () => {
    const cancel = ['in-transit', 'cancelled']
    const world = scriptedWorld({ attempt: ['accepted'], cancel })
    await day(buyerWith({ ends: 'cancels' }), world)
    assert.deepEqual(asks(world), ['opening', 'cancel', 'cancel'])
  })

  test('who never pays looks on as the order expires', async () => {
    const look = ['in-transit', 'pending', 'pending', 'expired']
    const world = scriptedWorld({ attempt: ['accepted'], look })
    await day(buyerWith({ ends: 'abandons' }), world)
    assert(world.nowMs() >= OPENED_AT_MS + 4000)
    assert.deepEqual(world.brokenWords, [])
  })

  test('an order that does not expire when it should is a broken word', async () => {
    const look = Array.from({ length: 30 }, () => 'pending')
    const world = scriptedWorld({ attempt: ['accepted'], look })
    await day(buyerWith({ ends: 'abandons' }), world)
    assert.match(world.brokenWords.join(), /order 11 is pending 5000 ms after it was to expire/)
  })

  test('an order from before this herd is neither paid nor cancelled', async () => {
    const buyer = buyerWith({ ends: 'cancels' })
    Object.assign(buyer, { orderId: '11', earlier: true })
    const world = scriptedWorld({ attempt: ['already-reserved'] })
    await day(buyer, world)
    assert.deepEqual(asks(world), ['opening'])
  })
})
