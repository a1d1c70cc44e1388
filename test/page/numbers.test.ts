// What the page computes: the server's clock, amounts of money, pieces of an event stream.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { offsetOf, serverClock } from '../../client/server-clock.ts'
import { eventStream } from '../../client/event-stream.ts'
import { money, totalOf } from '../../web/store/money.ts'

suite('the clock of the server', () => {
  test('is known best by the sample with the shortest round trip', () => {
    const slow = { sentMs: 0, receivedMs: 900, serverMs: 5000 }
    const fast = { sentMs: 1000, receivedMs: 1100, serverMs: 6000 }
    assert.equal(offsetOf([slow, fast, slow]), 6000 + 50 - 1100)
  })

  test('never lets a question arrive before the start, wherever the round trip was slow', () => {
    const ms = fc.integer({ min: 0, max: 2000 })
    fc.assert(
      fc.property(ms, ms, ms, (thereMs, backMs, startsInMs) => {
        const ahead = 1_000_000 // the server's clock before ours
        const sample = { sentMs: 0, receivedMs: thereMs + backMs, serverMs: ahead + thereMs }
        const opensAt = ahead + startsInMs - offsetOf([sample]) // by our clock
        assert(opensAt + ahead + thereMs >= ahead + startsInMs)
      }),
    )
  })

  test('is not known before the server has answered once', async () => {
    const clock = serverClock(() => 10)
    assert.equal(await clock.synchronise(async () => undefined), false)
    assert.equal(clock.nowMs(), undefined)
    assert.equal(await clock.synchronise(async () => 5000), true)
    assert.equal(clock.nowMs(), 5000)
  })
})

suite('an amount of money', () => {
  test('has as many digits as its currency', () => {
    assert.equal(money(99_900, 'CNY', 'zh-CN'), '¥999.00')
    assert.equal(money(99_900, 'JPY', 'en'), '¥99,900')
    assert.equal(money(99_900, 'KWD', 'en').replace(/\s/, ' '), 'KWD 99.900')
  })

  test('of an order counts its units, and is not shown before the price is known', () => {
    const order = { orderId: '1', saleId: '1', units: 3, status: 'pending', createdAt: '' } as const
    assert.equal(totalOf({ ...order, price: 1050, currency: 'EUR' }, 'en'), '€31.50')
    assert.equal(totalOf(order, 'en'), '')
  })
})

suite('an event stream', () => {
  const TEXT =
    'retry: 2000\n\n: here\n\nevent: order\nid: 1\ndata: {"a":1}\n\nevent: x\r\ndata:b\r\ndata: c\r\n\r\n'
  const EVENTS = [
    { event: 'order', data: '{"a":1}' },
    { event: 'x', data: 'b\nc' },
  ]

  test('is read the same wherever it is cut', () => {
    for (let at = 0; at <= TEXT.length; at += 1) {
      const take = eventStream()
      assert.deepEqual(
        [...take(TEXT.slice(0, at)), ...take(TEXT.slice(at))],
        EVENTS,
        `cut at ${at}`,
      )
    }
  })

  test('gives nothing of what is not complete', () => {
    assert.deepEqual(eventStream()('event: order\ndata: {"a"'), [])
  })
})
