// The page's own proof of work finds what the library that made the challenge would find.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { altchaChallenge } from '../../src/adapters/altcha/challenge.ts'
import { canSolve, type Puzzle, tryNumbers } from '../../client/proof-of-work.ts'

const puzzleOf = async (counter: number): Promise<Puzzle> => {
  const of = { algorithm: 'SHA-256', cost: 1, keyPrefixLength: 16, deriveKey, counter }
  return (await createChallenge(of)).parameters as Puzzle
}

test('it finds the number, wherever it is, and the whole hash', async () => {
  for (const counter of [0, 1, 4999, 70_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    const puzzle = await puzzleOf(counter)
    const from = Math.max(0, counter - 3)
    const found = tryNumbers(puzzle, { from, count: 5 })
    const bytes = Buffer.concat([
      Buffer.from(puzzle.salt + puzzle.nonce, 'hex'),
      Buffer.from(counter.toString(16).padStart(8, '0'), 'hex'),
    ])
    const derivedKey = createHash('sha256').update(bytes).digest('hex')
    assert.deepEqual(found, { counter, derivedKey })
  }
})

test('it finds nothing where nothing is', async () => {
  const puzzle = await puzzleOf(1000)
  assert.equal(tryNumbers(puzzle, { from: 0, count: 1000 }), undefined)
  assert.equal(tryNumbers(puzzle, { from: 1001, count: 1000 }), undefined)
  const keyPrefix = randomBytes(16).toString('hex')
  assert.equal(tryNumbers({ ...puzzle, keyPrefix }, { from: 0, count: 2000 }), undefined)
})

test('a beginning that is like it is not enough', async () => {
  const puzzle = await puzzleOf(3)
  const { keyPrefix } = puzzle
  const other = keyPrefix.slice(0, 8) + (keyPrefix.endsWith('0') ? '1' : '0').repeat(24)
  assert.equal(tryNumbers({ ...puzzle, keyPrefix: other }, { from: 0, count: 10 }), undefined)
})

test('what it finds is a solution, and what it cannot solve it says', async () => {
  const challenge = altchaChallenge([{ id: 'default', secret: 'a secret' }])
  const whose = { saleId: '7', buyerId: '5' }
  const made = await challenge.make({ ...whose, untilMs: 2, difficulty: 1000 })
  const { parameters, signature } = made
  const puzzle = parameters as Puzzle
  assert(canSolve(puzzle))
  const found = tryNumbers(puzzle, { from: 0, count: 1000 })
  const text = JSON.stringify({ challenge: { parameters, signature }, solution: found })
  const solution = Buffer.from(text).toString('base64')
  assert.equal((await challenge.verify({ ...whose, nowMs: 1, solution })).result, 'solved')
  const others = [{ algorithm: 'SHA-512' }, { cost: 2 }, { keyLength: 16 }, { keyPrefix: '00' }]
  for (const set of others) assert.equal(canSolve({ ...puzzle, ...set }), false)
})
