// Who has to solve a challenge, by what the sale says, by his attempts, and by suspicion; and what a pass does.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { BuyerRecord } from '../../src/attempt/buyer-records.ts'
import { type Asker, challengeCheck } from '../../src/attempt/challenge-check.ts'
import { challengePasses } from '../../src/attempt/challenge-pass.ts'
import { checks } from '../../src/attempt/checks.ts'
import type { OutcomeName } from '../../src/domain/attempt.ts'
import { CHALLENGE_RULES, type ChallengeRule } from '../../src/domain/sale.ts'
import { NOW_MS, sale, sampleChecks, sampleRecords } from './sample-checks.ts'

const passes = challengePasses([{ id: 'default', secret: 'a secret' }], { cacheMax: 100 })

const challenging = (of: { decidedMax?: number; suspects?: string[] } = {}) => {
  const { decidedMax = 10, suspects = [] } = of
  return challengeCheck({
    passes,
    decidedMax,
    suspects: { has: (buyerId) => suspects.includes(buyerId) },
  })
}

// As one buyer meets it.
const check = (of: Parameters<typeof challenging>[0] = {}) => {
  const { attemptNeeds, answered, entryNeeds } = challenging(of)
  const record: BuyerRecord = { attempts: [], decided: [] }
  return {
    attemptNeeds: (by: Asker) => attemptNeeds(by, record),
    answered: (outcome: OutcomeName) => answered(outcome, record),
    entryNeeds,
  }
}

const asker = (set: Partial<Asker> = {}): Asker => {
  return { sale, buyerId: '5', pass: undefined, nowMs: NOW_MS, ...set }
}
const saleWith = (challenge: ChallengeRule) => ({ ...sale, limits: { challenge } })
const passAt = (nowMs: number, of = { saleId: '7', buyerId: '5' }) =>
  passes.issue({ ...of, nowMs }).pass

suite('an attempt', () => {
  test('does not count when it was put off, so whoever does as he is told is never asked', () => {
    const { attemptNeeds, answered } = check()
    for (let at = 0; at < 30; at += 1) {
      assert.equal(attemptNeeds(asker({ nowMs: NOW_MS + at })), false)
      answered((['busy', 'rebuilding', 'paused', 'not-started'] as const)[at % 4]!)
    }
    for (let at = 0; at < 10; at += 1) {
      assert.equal(attemptNeeds(asker({ nowMs: NOW_MS + 100 + at })), false)
      answered((['sold-out', 'already-reserved', 'ended'] as const)[at % 3]!)
    }
    assert.equal(attemptNeeds(asker({ nowMs: NOW_MS + 200 })), true)
  })

  test('needs a challenge after ten that were decided in a minute, and not before', () => {
    const { attemptNeeds } = check()
    const needs = Array.from({ length: 11 }, (_, at) => attemptNeeds(asker({ nowMs: NOW_MS + at })))
    assert.deepEqual(needs, [...Array.from({ length: 10 }, () => false), true])
    assert.equal(attemptNeeds(asker({ nowMs: NOW_MS + 59_999 })), true)
    assert.equal(attemptNeeds(asker({ nowMs: NOW_MS + 60_000 })), false)
  })

  test('never needs one for its number when there is no such limit', () => {
    const { attemptNeeds } = check({ decidedMax: 0 })
    for (let times = 0; times < 2000; times += 1) assert.equal(attemptNeeds(asker()), false)
  })

  test('with a pass goes on until that runs out, and then the buyer begins anew', () => {
    const { attemptNeeds } = check({ decidedMax: 1 })
    const pass = passAt(NOW_MS)
    const at = (ms: number) => attemptNeeds(asker({ pass, nowMs: NOW_MS + ms }))
    for (let ms = 0; ms < 60_000; ms += 500) assert.equal(at(ms), false, `${ms}`)
    const late = [60_000, 60_001, 60_002].map(at)
    assert.equal(late.at(-1), true)
  })

  test('with a pass of another buyer, of another sale, or an old one needs a challenge still', () => {
    const { attemptNeeds } = check({ suspects: ['5'] })
    const bad = [
      passAt(NOW_MS, { saleId: '7', buyerId: '6' }),
      passAt(NOW_MS, { saleId: '8', buyerId: '5' }),
      passAt(NOW_MS - 60_000),
      'x',
      '',
    ]
    for (const pass of bad) assert.equal(attemptNeeds(asker({ pass })), true, pass)
    assert.equal(attemptNeeds(asker({ pass: passAt(NOW_MS) })), false)
  })

  test('is not counted where there is no record of the buyer, and a suspect is asked all the same', () => {
    const many = Array.from({ length: 20 }, () => challenging().attemptNeeds(asker(), undefined))
    assert(many.every((needs) => !needs))
    assert.equal(challenging({ suspects: ['5'] }).attemptNeeds(asker(), undefined), true)
  })

  test('of a suspect needs one at once, also where numbers do not count', () => {
    assert.equal(check({ suspects: ['5'], decidedMax: 0 }).attemptNeeds(asker()), true)
    assert.equal(check({ suspects: ['6'], decidedMax: 0 }).attemptNeeds(asker()), false)
  })

  test('is asked for as much as the sale says', () => {
    const needs = (challenge: ChallengeRule, suspects: string[]) =>
      check({ suspects }).attemptNeeds(asker({ sale: saleWith(challenge) }))
    assert.deepEqual(
      CHALLENGE_RULES.map((challenge) => [needs(challenge, []), needs(challenge, ['5'])]),
      [
        [false, false], // off
        [false, true], // suspicion
        [false, true], // entry
        [true, true], // always
      ],
    )
  })
})

test('an entry is asked for as much as the sale says, and never for the number of attempts', () => {
  const needs = (challenge: ChallengeRule, suspects: string[]) => {
    const { attemptNeeds, entryNeeds } = check({ suspects, decidedMax: 1 })
    const of = asker({ sale: saleWith(challenge) })
    attemptNeeds(of)
    attemptNeeds(of)
    assert.equal(entryNeeds({ ...of, pass: passAt(NOW_MS) }), false)
    return entryNeeds(of)
  }
  assert.deepEqual(
    CHALLENGE_RULES.map((challenge) => [needs(challenge, []), needs(challenge, ['5'])]),
    [
      [false, false], // off
      [false, true], // suspicion
      [true, true], // entry
      [true, true], // always
    ],
  )
})

suite('among all checks', () => {
  const request = { saleId: '7', token: 'good', units: 1, fault: undefined }
  const all = (set: Parameters<typeof check>[0] = {}, over = {}) =>
    checks({
      ...sampleChecks,
      records: sampleRecords(),
      challenge: challenging(set),
      ...over,
    })

  test('the challenge comes after the buyer’s rate and before all that is said of the sale', () => {
    const early = { sales: { get: () => ({ ...sale, startsAtMs: NOW_MS + 5000 }) } }
    const soldOut = { memory: { recall: () => 'sold-out' as const } }
    for (const over of [early, soldOut, {}]) {
      const answers = all({ suspects: ['5'] }, over)
      const first = Array.from({ length: 4 }, () => answers(request, NOW_MS))
      const names = first.map((one) => ('outcome' in one ? one.outcome : undefined))
      const asked = 'challenge-required'
      assert.deepEqual(names, [asked, asked, asked, 'rate-limited'])
      assert.deepEqual(first[0], { outcome: asked, saleId: '7' })
    }
  })

  test('what was refused for its rate is not counted, what memory answers is', () => {
    const soldOut = { memory: { recall: () => 'sold-out' as const } }
    const answers = all({ decidedMax: 3 }, soldOut)
    const seen = [0, 0, 0, 0, 1000].map((ms) => {
      const one = answers(request, NOW_MS - 500 + ms)
      return 'outcome' in one ? one.outcome : undefined
    })
    assert.deepEqual(seen, [
      'sold-out',
      'sold-out',
      'sold-out',
      'rate-limited',
      'challenge-required',
    ])
  })

  test('a pass in the request lets it through', () => {
    const answers = all({ suspects: ['5'] })
    const went = answers({ ...request, pass: passAt(NOW_MS) }, NOW_MS)
    assert.deepEqual(went, { sale, buyerId: '5', units: 1 })
  })
})
