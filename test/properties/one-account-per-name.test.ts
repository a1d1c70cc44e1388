// However many sign up at once, under whatever spellings: a name gets one account, and everybody else
// is told that it is taken.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { argon2Passwords } from '../../src/adapters/system/passwords.ts'
import { accountName } from '../../src/domain/buyer.ts'
import { signUp } from '../../src/flows/buyers/sign-up.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { checkProperty } from './replay.ts'

const SPELLINGS = ['ann', 'Ann', ' ANN', 'ａｎｎ', 'straße', 'STRASSE', 'bob', 'Bob ', '安']

const passwords = argon2Passwords({
  cost: { memoryKib: 64, passes: 1, parallelism: 1 },
  waitingMax: 100,
})

const typed = fc.array(fc.constantFrom(...SPELLINGS), { minLength: 1, maxLength: 12 })

test('two who sign up with one name never both get it', async (context) => {
  const property = fc.asyncProperty(typed, async (spellings) => {
    await using sqlite = await makeSqlite()
    const names = spellings.map((spelling) => accountName(spelling)!)
    const asked = names.map((name) =>
      signUp({ ...sqlite, passwords }, { name, password: 'secret' }),
    )
    const results = await Promise.all(asked)
    const made = names.filter((_name, at) => results[at]!.result === 'signed-up')
    assert.deepEqual(made.toSorted(), [...new Set(names)].toSorted())
    assert.ok(results.every(({ result }) => result !== 'busy'))
  })
  await checkProperty(context, property, { runs: 30, file: import.meta.filename })
})
