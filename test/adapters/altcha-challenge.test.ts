// Challenges of altcha: solved by its own library, bound to buyer and sale, good until they run out, and
// nothing else is a solution.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChallenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { altchaChallenge } from '../../src/adapters/altcha/challenge.ts'
import type { MadeChallenge } from '../../src/ports/challenge.ts'

const T = 1_800_000_000_000 // neither the past nor the future of the library's own clock matters
const UNTIL = T + 120_000
const KEYS = [{ id: 'default', secret: 'a secret for challenges' }]
const WHOSE = { saleId: '7', buyerId: '9223372036854775807' }

const challenge = altchaChallenge(KEYS)
const make = (by = challenge) => by.make({ ...WHOSE, untilMs: UNTIL, difficulty: 200 })

type Parts = { challenge: MadeChallenge; solution: { counter: number; derivedKey: string } }

const solve = async (made: MadeChallenge): Promise<Parts> => {
  const solution = await solveChallenge({ challenge: made, deriveKey })
  assert(solution)
  const { counter, derivedKey } = solution
  return { challenge: made, solution: { counter, derivedKey } }
}

const written = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64')

const resultOf = async (parts: unknown, of: Partial<typeof WHOSE & { nowMs: number }> = {}) =>
  (await challenge.verify({ ...WHOSE, nowMs: T, solution: written(parts), ...of })).result

test('what its library solves is solved, and named by the challenge whoever solves it', async () => {
  const made = await make()
  const solution = written(await solve(made))
  const verdict = await challenge.verify({ ...WHOSE, nowMs: T, solution })
  const { nonce } = made.parameters
  assert.deepEqual(verdict, { result: 'solved', challengeId: nonce, untilMs: UNTIL })
  const { kind: _, ...bare } = made
  const plain = { ...(await solve(made)), challenge: bare }
  const same = await challenge.verify({ ...WHOSE, nowMs: T, solution: written(plain) })
  assert.deepEqual(same, verdict, 'the kind is ours, and says nothing')
})

test('every challenge is another one', async () => {
  const nonces = await Promise.all(
    Array.from({ length: 50 }, async () => (await make()).parameters.nonce),
  )
  assert.equal(new Set(nonces).size, 50)
})

test('a solution is found below the difficulty that was asked for, from the first number on', async () => {
  const counters = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const made = await challenge.make({ ...WHOSE, untilMs: UNTIL, difficulty: 3 })
      return (await solve(made)).solution.counter
    }),
  )
  assert.deepEqual(new Set(counters), new Set([0, 1, 2]))
})

test('it is good to the millisecond', async () => {
  const parts = await solve(await make())
  assert.equal(await resultOf(parts, { nowMs: UNTIL - 1 }), 'solved')
  assert.equal(await resultOf(parts, { nowMs: UNTIL }), 'expired')
})

test('for another buyer or another sale it is wrong, and it never says that it was in time', async () => {
  const parts = await solve(await make())
  for (const nowMs of [T, UNTIL + 1]) {
    assert.equal(await resultOf(parts, { buyerId: '5', nowMs }), 'wrong')
    assert.equal(await resultOf(parts, { saleId: '8', nowMs }), 'wrong')
  }
})

test('with anything changed it is wrong', async () => {
  const parts = await solve(await make())
  const { challenge: made, solution } = parts
  const { parameters } = made
  const { data } = parameters
  const withParameters = (set: object) => ({
    ...parts,
    challenge: { ...made, parameters: { ...parameters, ...set } },
  })
  const wrongs = [
    { ...parts, solution: { ...solution, counter: solution.counter + 1 } },
    { ...parts, solution: { ...solution, derivedKey: '00'.repeat(32) } },
    { ...parts, solution: { counter: solution.counter } },
    { ...parts, solution: null },
    { challenge: made },
    withParameters({ keyPrefix: '00' }),
    withParameters({ nonce: parameters.nonce.toUpperCase() }),
    withParameters({ data: { ...data, untilMs: UNTIL + 1 } }),
    withParameters({ data: { ...data, buyerId: '5' } }),
    withParameters({ data: { ...data, keyId: 'other' } }),
    withParameters({ expiresAt: 1 }),
    withParameters({ cost: 0 }),
    { ...parts, challenge: { ...made, signature: undefined } },
    { ...parts, challenge: { ...made, signature: 'x' } },
  ]
  for (const wrong of wrongs) assert.equal(await resultOf(wrong), 'wrong', JSON.stringify(wrong))
})

test('what is no solution at all is wrong, and nothing is thrown', async () => {
  const deep = `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`
  const texts = [
    '',
    '!',
    'null',
    '[]',
    '{}',
    '{"challenge":null}',
    '{"challenge":{"parameters":1}}',
  ]
  const shapes = [
    '{"challenge":{"parameters":{"data":null}}}',
    '{"challenge":{"parameters":{"data":{"keyId":"default"}},"signature":"x"},"solution":7}',
    `{"challenge":{"parameters":{"data":{"keyId":"default"},"x":${deep}},"signature":"x"}}`,
    '{"challenge":{"parameters":{"__proto__":{"data":{"keyId":"default"}}},"signature":"x"}}',
  ]
  for (const text of [...texts, ...shapes]) {
    const solution = Buffer.from(text).toString('base64')
    const verdict = await challenge.verify({ ...WHOSE, nowMs: T, solution })
    assert.deepEqual(verdict, { result: 'wrong' }, text)
  }
})

test('a challenge that somebody made of another secret, or without one, is wrong', async () => {
  const data = { keyId: 'default', ...WHOSE, untilMs: UNTIL, difficulty: 2 }
  const of = { algorithm: 'SHA-256', cost: 1, counter: 1, deriveKey, data }
  for (const secret of [undefined, 'another secret']) {
    const forged = await createChallenge({ ...of, ...(secret && { hmacSignatureSecret: secret }) })
    const parts = await solve({ kind: 'altcha', ...forged } as MadeChallenge)
    assert.equal(await resultOf(parts), 'wrong')
  }
})

test('the first key signs, all verify, until one is taken away', async () => {
  const next = { id: 'next', secret: 'another secret' }
  const before = written(await solve(await make()))
  const during = altchaChallenge([next, ...KEYS])
  const after = altchaChallenge([next])
  const of = { ...WHOSE, nowMs: T }
  assert.equal((await during.verify({ ...of, solution: before })).result, 'solved')
  const newer = written(await solve(await make(during)))
  assert.equal((await after.verify({ ...of, solution: newer })).result, 'solved')
  assert.equal((await after.verify({ ...of, solution: before })).result, 'wrong')
})
