// What every window of buyers must keep: in any window of time a buyer gets through as often as the quota
// says, and never more often.

import assert from 'node:assert/strict'
import { homeSegment } from '../../src/domain/stock.ts'
import type { BuyerAttempt, BuyerWindow } from '../../src/ports/buyer-window.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { ID_MAX } from './samples.ts'

export interface BuyerWindowSetup extends AsyncDisposable {
  buyerWindow: BuyerWindow
  windowMs: number
  time: TestTime
}

export const buyerWindowContract = (
  name: string,
  options: ContractOptions<BuyerWindowSetup>,
): void => contract(`buyer window: ${name}`, options, claims)

const one: BuyerAttempt = { saleId: '7', buyerId: '42', quota: 3 }
const times = (count: number, attempt = one) => Array.from({ length: count }, () => attempt)

// Attempts of one buyer, together.
export const admit = (
  { buyerWindow }: Pick<BuyerWindowSetup, 'buyerWindow'>,
  attempts: BuyerAttempt[],
) => {
  const bucket = homeSegment(attempts[0]!.buyerId, buyerWindow.buckets)
  return buyerWindow.admit({ bucket, attempts })
}

const passed = (answers: number[]) => answers.filter((waitMs) => waitMs === 0).length

const claims: Claims<BuyerWindowSetup> = {
  'of attempts at once the first are let through, as many as the quota': async (setup) => {
    const answers = await admit(setup, times(5))
    assert.deepEqual(answers.slice(0, 3), [0, 0, 0])
    for (const waitMs of answers.slice(3)) assert(waitMs > 0 && waitMs <= setup.windowMs)
  },

  'those of several calls count together': async (setup) => {
    const answers = await Promise.all(times(5).map((attempt) => admit(setup, [attempt])))
    assert.equal(passed(answers.flat()), 3)
  },

  'whoever comes back when told to is let through': async (setup) => {
    const answers = await admit(setup, times(4))
    await setup.time.pass(answers[3]!)
    assert.equal((await admit(setup, [one]))[0], 0)
  },

  'what was refused does not count': async (setup) => {
    const [, , , waitMs] = await admit(setup, times(4))
    await setup.time.pass(waitMs! / 2)
    assert.equal(passed(await admit(setup, times(9))), 0)
    await setup.time.pass(waitMs! / 2)
    assert.equal(passed(await admit(setup, times(9))), 3)
  },

  'buyers are counted apart, and so are their sales': async (setup) => {
    const { buckets } = setup.buyerWindow
    const home = homeSegment(one.buyerId, buckets)
    const neighbour = neighbourOf(one.buyerId, buckets)
    const others = [
      { ...one, buyerId: neighbour },
      { ...one, saleId: '8' },
      { ...one, saleId: ID_MAX },
    ]
    const attempts = [one, ...others].flatMap((attempt) => times(4, attempt))
    const answers = await setup.buyerWindow.admit({ bucket: home, attempts })
    for (const at of [0, 4, 8, 12]) assert.equal(passed(answers.slice(at, at + 4)), 3)
  },

  'a quota that was changed holds from the next attempt on': async (setup) => {
    assert.equal(passed(await admit(setup, times(4))), 3)
    assert.equal(passed(await admit(setup, times(4, { ...one, quota: 5 }))), 2)
    assert.equal(passed(await admit(setup, times(1, { ...one, quota: 1 }))), 0)
  },

  'a buyer who comes all the time gets the quota of every window, whole and no more': async (
    setup,
  ) => {
    const { time, windowMs } = setup
    const through: Span[] = []
    const refused: Span[] = []
    const endMs = time.nowMs() + 5 * windowMs
    for (let count = 0; time.nowMs() < endMs; count += 1) {
      const sentMs = time.nowMs()
      const [waitMs] = await admit(setup, [one])
      const at = { fromMs: sentMs, toMs: time.nowMs() }
      ;(waitMs === 0 ? through : refused).push(at)
      await time.pass(((count * 7) % 5) * (windowMs / 40))
    }
    assert(through.length >= 12 && refused.length > 0)
    // Each was decided at some instant between sending and answer.
    for (const [at, { toMs }] of through.entries())
      if (at >= 3) assert(toMs - through[at - 3]!.fromMs >= windowMs, 'four in one window')
    for (const { fromMs, toMs } of refused) {
      const recent = through.filter((other) => {
        return other.fromMs <= toMs && other.toMs > fromMs - windowMs
      })
      assert(recent.length >= 3, 'refused within the quota')
    }
  },
}

interface Span {
  fromMs: number
  toMs: number
}

const neighbourOf = (buyerId: string, buckets: number): string => {
  for (let id = Number(buyerId) + 1; ; id += 1)
    if (homeSegment(String(id), buckets) === homeSegment(buyerId, buckets)) return String(id)
}
