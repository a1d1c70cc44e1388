// The breaker, at its borders, by a clock that stands still unless it is moved.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { breaker, BREAKER_TERMS, breakers } from '../../src/attempt/breaker.ts'

const { attemptsMin, failedShare, openMs, openMsMax, probesMax, windowMs } = BREAKER_TERMS

const failure = new Error('no answer')
const lost = () => Promise.reject(failure)
const answered = async () => 'an answer'

const setUp = () => {
  const time = { nowMs: 1000 }
  const tested = breaker(() => time.nowMs)
  const fail = (attempts = attemptsMin) =>
    assert.rejects(tested.call(attempts, lost), (error) => error === failure)
  const pass = (attempts = 1) => tested.call(attempts, answered)
  return { time, tested, fail, pass }
}

test('it opens with the tenth attempt of a second, when six of them failed', async () => {
  const { tested, fail, pass } = setUp()
  await pass(3)
  await fail(6)
  assert(tested.admits() && !tested.isOpen(), 'nine are too few to tell')
  await pass(1)
  assert(!tested.admits() && tested.isOpen())
})

test('it stays closed while fewer fail, and when what failed is over a second ago', async () => {
  const { time, tested, fail, pass } = setUp()
  await pass(5)
  await fail(7)
  assert(tested.admits(), 'seven of twelve are less than six of ten')
  time.nowMs += windowMs
  await fail(9)
  assert(tested.admits(), 'what was a whole window ago does not count')
  time.nowMs += windowMs - 1
  await fail(1)
  assert(!tested.admits(), 'what was less than a window ago does')
})

test('open it sends nothing, and then lets a hundred through in a second until one is back', async () => {
  const { time, tested, fail } = setUp()
  await fail()
  await assert.rejects(tested.call(1, answered), { code: 'NOT_SENT' })
  time.nowMs += openMs - 1
  assert(!tested.admits())
  time.nowMs += 1
  const admitted = () => Array.from({ length: 2 * probesMax }, tested.admits).filter(Boolean).length
  assert.equal(admitted(), probesMax)
  const asking = Promise.withResolvers<string>()
  const calling = tested.call(1, () => asking.promise)
  time.nowMs += windowMs
  assert.equal(admitted(), probesMax)
  asking.resolve('an answer')
  await calling
  assert.equal(admitted(), 2 * probesMax)
})

test('half open it closes when nobody let through had anything to ask', async () => {
  const { time, tested, fail } = setUp()
  await fail()
  time.nowMs += openMs
  for (let times = 0; times < probesMax; times += 1) assert(tested.admits())
  time.nowMs += windowMs - 1
  assert(!tested.admits())
  time.nowMs += 1
  assert(Array.from({ length: 2 * probesMax }, tested.admits).every(Boolean))
  await fail()
  assert(tested.isOpen(), 'and opens as ever')
})

test('each time in a row it stays open for twice as long, eight seconds at most', async () => {
  const { time, tested, fail, pass } = setUp()
  const openFor = () => {
    const sinceMs = time.nowMs
    while (!tested.admits()) time.nowMs += 1
    return time.nowMs - sinceMs
  }
  const lasted: number[] = []
  for (let times = 0; times < 6; times += 1) {
    await fail(times === 0 ? attemptsMin : 1)
    lasted.push(openFor())
  }
  assert.deepEqual(lasted, [1000, 2000, 4000, openMsMax, openMsMax, openMsMax])
  await pass()
  await fail()
  assert.equal(openFor(), openMs, 'from the beginning once it worked')
})

test('what a call of an earlier state brings back changes nothing', async () => {
  const { time, tested, fail, pass } = setUp()
  const early = Promise.withResolvers<string>()
  const calling = tested.call(1000, () => early.promise)
  await fail()
  time.nowMs += openMs
  assert(tested.admits())
  early.reject(failure)
  await assert.rejects(calling, (error) => error === failure)
  assert(tested.admits(), 'half open as before')
  await pass()
  assert(!tested.isOpen())
})

test('it opens exactly when the failed share of the attempts of the last second says so, counted by twentieths', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          afterTwentieths: fc.integer({ min: 0, max: 14 }),
          attempts: fc.integer({ min: 1, max: 9 }),
          isFailure: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
      async (calls) => {
        const { time, tested, fail, pass } = setUp()
        const done: { atMs: number; attempts: number; isFailure: boolean }[] = []
        for (const { afterTwentieths, attempts, isFailure } of calls) {
          time.nowMs += (afterTwentieths * windowMs) / 20
          await (isFailure ? fail(attempts) : pass(attempts))
          done.push({ atMs: time.nowMs, attempts, isFailure })
          const recent = done.filter(({ atMs }) => atMs > time.nowMs - windowMs)
          const sum = (some: typeof done) => some.reduce((all, one) => all + one.attempts, 0)
          const failed = sum(recent.filter((one) => one.isFailure))
          const mustOpen = sum(recent) >= attemptsMin && failed >= failedShare * sum(recent)
          assert.equal(tested.isOpen(), mustOpen)
          if (mustOpen) return
        }
      },
    ),
  ))

test('results of nearly the same time may be one, and go a twentieth of a window early at most', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          afterMs: fc.integer({ min: 0, max: 120 }),
          attempts: fc.integer({ min: 1, max: 9 }),
          isFailure: fc.boolean(),
        }),
        { maxLength: 60 },
      ),
      async (calls) => {
        const { time, tested, fail, pass } = setUp()
        const done: { atMs: number; attempts: number; isFailure: boolean }[] = []
        const mustOpen = (sinceMs: number) => {
          const recent = done.filter(({ atMs }) => atMs > sinceMs)
          const sum = (some: typeof done) => some.reduce((all, one) => all + one.attempts, 0)
          const failed = sum(recent.filter((one) => one.isFailure))
          return sum(recent) >= attemptsMin && failed >= failedShare * sum(recent)
        }
        for (const { afterMs, attempts, isFailure } of calls) {
          time.nowMs += afterMs
          await (isFailure ? fail(attempts) : pass(attempts))
          done.push({ atMs: time.nowMs, attempts, isFailure })
          const early = Array.from({ length: windowMs / 20 + 1 }, (_, at) => at)
          const possible = early.map((earlyMs) => mustOpen(time.nowMs - windowMs + earlyMs))
          assert(possible.includes(tested.isOpen()))
          if (tested.isOpen()) return
        }
      },
    ),
  ))

test('of many, those are counted that are open now', async () => {
  const time = { nowMs: 0 }
  const all = breakers(() => time.nowMs)
  const [first, second] = [all.make(), all.make()]
  assert.equal(all.open(), 0)
  for (const one of [first, second])
    await one.call(attemptsMin, lost).catch((error: unknown) => assert.equal(error, failure))
  assert.equal(all.open(), 2)
  time.nowMs += openMs
  assert.equal(all.open(), 0)
  assert(first.admits() && second.admits())
})
