// Who is in a herd and when they come: by the seed alone, whichever process a buyer lives in, and by the
// formula of the curve.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { agenda as newAgenda } from '../../src/load/buyers/agenda.ts'
import { arrivalMs, CURVES } from '../../src/load/buyers/arrivals.ts'
import { chanceOf, chanceOfBuyer } from '../../src/load/buyers/chance.ts'
import { habitsOf } from '../../src/load/buyers/habits.ts'
import { line as newLine } from '../../src/load/buyers/line.ts'
import { nowMs } from '../../src/load/clocks.ts'

const SHARES = { early: 0.1, retry: 0.5, again: 0.2, cancel: 0.3, unpaid: 0.2 }
const DAY = { shares: SHARES, retriesMax: 5, curve: 'step', overMs: 1000 } as const

const habits = (seed: number, first = 1, count = 4000) =>
  Array.from({ length: count }, (_, at) => habitsOf(DAY, chanceOfBuyer(seed, String(first + at))))

suite('a herd', () => {
  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(habits(7), habits(7))
    assert.notDeepEqual(habits(7), habits(8))
  })

  test('is the same whichever process a buyer lives in', () => {
    assert.deepEqual(habits(7, 1001, 10), habits(7).slice(1000, 1010))
  })

  test('has the shares it was asked for', () => {
    const all = habits(7)
    const share = (of: (one: (typeof all)[number]) => boolean) => all.filter(of).length / all.length
    const near = (value: number, wanted: number) =>
      assert(Math.abs(value - wanted) < 0.03, `${value}, not ${wanted}`)
    near(
      share(({ clicksEarlyMs }) => clicksEarlyMs !== undefined),
      SHARES.early,
    )
    near(
      share(({ retriesMax }) => retriesMax > 0),
      SHARES.retry,
    )
    near(
      share(({ asksAgain }) => asksAgain),
      SHARES.again,
    )
    near(
      share(({ ends }) => ends === 'cancels'),
      SHARES.cancel,
    )
    near(
      share(({ ends }) => ends === 'abandons'),
      SHARES.unpaid,
    )
  })

  test('draws shares from 0 to 1', () => {
    const drawn = Array.from({ length: 9 }, chanceOf(7).share)
    assert(drawn.every((share) => share >= 0 && share < 1))
  })

  const COME: [(typeof CURVES)[number], number, number][] = [
    ['step', 200, 0.2],
    ['ramp', 200, 0.04],
    ['ramp', 500, 0.25],
    ['herd', 200, 0.636],
    ['herd', 400, 0.87],
  ]
  for (const [curve, untilMs, share] of COME)
    test(`${share * 100} % of a ${curve} have come after ${untilMs} of 1000 ms`, () => {
      const draws = Array.from({ length: 10_000 }, (_, at) => at / 10_000)
      const come = draws.filter((drawn) => arrivalMs({ curve, overMs: 1000 }, drawn) < untilMs)
      assert(Math.abs(come.length / 10_000 - share) < 0.002, String(come.length))
    })

  for (const curve of CURVES)
    test(`a ${curve} comes after the opening and before its end`, () => {
      assert.equal(arrivalMs({ curve, overMs: 1000 }, 0), 0)
      assert(arrivalMs({ curve, overMs: 1000 }, 0.999_999) < 1000.001)
    })
})

suite('the line of those who were sold out', () => {
  const inLine = async (seen: { units: number; sinceMs: number }) => {
    const agenda = newAgenda()
    const line = newLine(agenda, 1)
    const called: number[] = []
    for (const buyer of [1, 2, 3]) void line.turn().then((atMs) => atMs && called.push(buyer))
    line.see({ units: seen.units, askedAtMs: nowMs() + seen.sinceMs })
    const untilMs = nowMs() + 60
    await agenda.run(() => nowMs() > untilMs)
    return { called, waiting: line.waiting() }
  }

  test('is called one after another while there are units, in the order of joining', async () => {
    assert.deepEqual(await inLine({ units: 5, sinceMs: 1000 }), { called: [1, 2, 3], waiting: 0 })
  })

  test('waits while there are none', async () => {
    assert.deepEqual(await inLine({ units: 0, sinceMs: 1000 }), { called: [], waiting: 3 })
  })

  test('does not believe in units that were seen before it was told no', async () => {
    assert.deepEqual(await inLine({ units: 5, sinceMs: -1000 }), { called: [], waiting: 3 })
  })

  test('goes home when it is closed', async () => {
    const line = newLine(newAgenda(), 1)
    const turn = line.turn()
    line.close()
    assert.equal(await turn, undefined)
    assert.equal(await line.turn(), undefined)
  })
})
