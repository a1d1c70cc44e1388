// What every hasher of passwords must keep: only the very password is right, nothing shows whether there
// was a hash, and no more work is taken on than is allowed.

import assert from 'node:assert/strict'
import type { Passwords } from '../../src/ports/passwords.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'

export interface PasswordsSetup extends AsyncDisposable {
  passwords: Passwords // takes `takenMax` calls at once, and refuses more
  takenMax: number
  weaker: Passwords // makes hashes that the first calls weak
}

export const passwordsContract = (name: string, options: ContractOptions<PasswordsSetup>): void =>
  contract(`passwords: ${name}`, options, claims)

const password = 'correct horse 电池'

const claims: Claims<PasswordsSetup> = {
  'the right password is right, and every other one is wrong': async ({ passwords }) => {
    const hash = await passwords.hash(password)
    assert.equal(await passwords.check({ password, hash }), 'right')
    for (const other of ['', `${password} `, password.slice(1), password.toUpperCase(), hash!])
      assert.equal(await passwords.check({ password: other, hash }), 'wrong', other)
  },

  'any text is a password, also a long one with control characters': async ({ passwords }) => {
    for (const odd of ['\u0000'.repeat(8), '密'.repeat(256), '😀\n\t"\\$m=1', '        '])
      assert.equal(
        await passwords.check({ password: odd, hash: await passwords.hash(odd) }),
        'right',
      )
  },

  'one password in two spellings of Unicode is one': async ({ passwords }) => {
    const hash = await passwords.hash('caf\u00e9 caf\u00e9')
    assert.equal(await passwords.check({ password: 'cafe\u0301 cafe\u0301', hash }), 'right')
  },

  'two hashes of one password differ, and neither shows it': async ({ passwords }) => {
    const hashes = [await passwords.hash(password), await passwords.hash(password)]
    assert.notEqual(hashes[0], hashes[1])
    for (const hash of hashes) assert.ok(!hash!.includes('horse'))
  },

  'without a hash no password is right': async ({ passwords }) => {
    for (const one of [password, ''])
      assert.equal(await passwords.check({ password: one, hash: undefined }), 'wrong')
  },

  'a weaker hash is still understood, and is called weak': async ({ passwords, weaker }) => {
    const hash = await weaker.hash(password)
    assert.equal(await passwords.check({ password, hash }), 'weak')
    assert.equal(await passwords.check({ password: 'another one', hash }), 'wrong')
    assert.equal(await weaker.check({ password, hash: await passwords.hash(password) }), 'right')
  },

  'more than is allowed at once is refused at once, and later taken again': async (setup) => {
    const { passwords, takenMax } = setup
    const hash = await passwords.hash(password)
    const checks = Array.from({ length: takenMax + 3 }, () => passwords.check({ password, hash }))
    const hashed = passwords.hash(password)
    assert.equal(await Promise.race(checks), 'busy', 'nobody waits to be refused')
    assert.equal(await hashed, undefined)
    const seen = await Promise.all(checks)
    assert.equal(seen.filter((one) => one === 'right').length, takenMax)
    assert.equal(seen.filter((one) => one === 'busy').length, 3)
    assert.equal(await passwords.check({ password, hash }), 'right')
  },
}
