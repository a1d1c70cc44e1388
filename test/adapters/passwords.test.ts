// Argon2id: its contract, with a cost that tests can pay, and the hashes as they are kept.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argon2Passwords, PASSWORD_COST } from '../../src/adapters/system/passwords.ts'
import { passwordsContract } from '../contracts/passwords.ts'

const CHEAP = { memoryKib: 64, passes: 2, parallelism: 1 }

passwordsContract('argon2', {
  make: async () => ({
    passwords: argon2Passwords({ cost: CHEAP, atOnceMax: 2, waitingMax: 4 }),
    takenMax: 6,
    weaker: argon2Passwords({ cost: { ...CHEAP, passes: 1 } }),
    async [Symbol.asyncDispose]() {},
  }),
})

test('a hash says how it was made, and costs what OWASP asks for', async () => {
  const hash = await argon2Passwords().hash('correct horse')
  assert.match(hash!, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.deepEqual(PASSWORD_COST, { memoryKib: 19_456, passes: 2, parallelism: 1 })
})

test('a hash that another program made is understood', async () => {
  // argon2 (the reference program): echo -n password | argon2 somesalt -id -t 2 -m 16 -p 4 -l 32 -e
  const hash =
    '$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo'
  assert.equal(await argon2Passwords().check({ password: 'password', hash }), 'right')
})

test('a hash that was damaged is a bug, not a wrong password', async () => {
  const check = argon2Passwords().check({ password: 'correct horse', hash: '$2b$10$x' })
  await assert.rejects(check, { code: 'ERR_ASSERTION' })
})

test('an unknown name takes as long as a known one', async () => {
  const passwords = argon2Passwords()
  const hash = await passwords.hash('correct horse')
  const timeOf = async (of: string | undefined) => {
    const startedMs = performance.now()
    await passwords.check({ password: 'wrong horse', hash: of })
    return performance.now() - startedMs
  }
  const known: number[] = []
  const unknown: number[] = []
  for (let round = 0; round < 9; round += 1) {
    known.push(await timeOf(hash))
    unknown.push(await timeOf(undefined))
  }
  const ratio = median(unknown) / median(known)
  assert.ok(ratio > 0.5 && ratio < 2, `${ratio} times as long`)
})

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
