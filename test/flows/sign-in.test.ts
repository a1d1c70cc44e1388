// What signing in does beside opening a session, and what it must not do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argon2Passwords } from '../../src/adapters/system/passwords.ts'
import { signIn } from '../../src/flows/buyers/sign-in.ts'
import { signUp } from '../../src/flows/buyers/sign-up.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'

const weak = argon2Passwords({ cost: { memoryKib: 64, passes: 1, parallelism: 1 } })
const strong = argon2Passwords({ cost: { memoryKib: 64, passes: 2, parallelism: 1 } })
const full = argon2Passwords({ atOnceMax: 0, waitingMax: 0 })

const ann = { name: 'ann', password: 'correct horse' }
const asked = { ...ann, sessionId: 'session', sessionMs: 60_000 }

test('a hash that is too weak by now is replaced, once', async () => {
  await using sqlite = await makeSqlite()
  await signUp({ ...sqlite, passwords: weak }, ann)
  const hashNow = async () => (await sqlite.buyers.readAccount('ann'))?.passwordHash
  const before = await hashNow()
  const wrong = { ...asked, password: 'incorrect horse' }
  await signIn({ ...sqlite, passwords: strong }, wrong)
  assert.equal(await hashNow(), before, 'a wrong password replaces nothing')
  for (const sessionId of ['first', 'second']) {
    const signedIn = await signIn({ ...sqlite, passwords: strong }, { ...asked, sessionId })
    assert.equal(signedIn.result, 'signed-in')
  }
  assert.match((await hashNow())!, /m=64,t=2/)
})

test('a session lasts as long as it was asked for, to a whole second', async () => {
  await using sqlite = await makeSqlite()
  await sqlite.time.pass(1)
  await signUp({ ...sqlite, passwords: strong }, ann)
  const signedIn = await signIn({ ...sqlite, passwords: strong }, asked)
  assert(signedIn.result === 'signed-in')
  const { createdAtMs, expiresAtMs } = signedIn.session
  assert.deepEqual([createdAtMs, expiresAtMs % 1000], [sqlite.time.nowMs(), 0])
  assert.equal(Math.floor((expiresAtMs - createdAtMs) / 1000), 60)
})

test('when no more can be hashed, nobody is told that a name or a password is wrong', async () => {
  await using sqlite = await makeSqlite()
  await signUp({ ...sqlite, passwords: strong }, ann)
  const ports = { ...sqlite, passwords: full }
  assert.deepEqual(await signIn(ports, asked), { result: 'busy' })
  assert.deepEqual(await signIn(ports, { ...asked, name: 'nobody' }), { result: 'busy' })
  assert.deepEqual(await signUp(ports, { ...ann, name: 'bob' }), { result: 'busy' })
  assert.equal(await sqlite.sessions.read('session'), undefined)
  assert.equal(await sqlite.buyers.readAccount('bob'), undefined)
})

test('a taken name costs no hash', async () => {
  await using sqlite = await makeSqlite()
  await signUp({ ...sqlite, passwords: strong }, ann)
  assert.deepEqual(await signUp({ ...sqlite, passwords: full }, ann), { result: 'name-taken' })
})
