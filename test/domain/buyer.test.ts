// Names of accounts: which there are, and when two are the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountName, NAME_LENGTH } from '../../src/domain/buyer.ts'

test('names that differ in case, width or the spaces around them are one', () => {
  for (const [one, other] of [
    ['Ann', 'aNN'],
    ['Ａｎｎ', 'Ann'],
    ['  Ann\u3000', 'Ann'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['ΟΔΟΣ', 'οδος'],
    ['caf\u00e9', 'CAFE\u0301'],
    ['ﬁsh', 'FISH'],
    ['ｶﾞ', 'ガ'],
  ] as const) {
    assert.notEqual(accountName(one), undefined, one)
    assert.equal(accountName(one), accountName(other), one)
  }
})

test('names that read differently are different', () => {
  const names = ['ann', 'anna', 'an n', 'änn', '安', '安娜', 'ann!', '😀', '0', "o'neil"]
  assert.equal(new Set(names.map(accountName)).size, names.length)
})

test('what cannot be seen, or has a wrong length, is no name', () => {
  const bad = ['', ' ', '\u3000', 'a\u0000b', 'a\tb', 'a\nb', 'a\u200bb', 'a\u202eb', 'a\u2028b']
  const blank = ['\u3164', '\u2800', '\ufe0f', '\u00ad', '\ud800', '\ue000', '\u0301']
  const long = ['x'.repeat(NAME_LENGTH.max + 1), '\ufdfa'.repeat(4)]
  for (const text of [...bad, ...blank, ...long])
    assert.equal(accountName(text), undefined, JSON.stringify(text))
  assert.equal(accountName('x'.repeat(NAME_LENGTH.max))?.length, NAME_LENGTH.max)
  assert.ok(accountName('😀'.repeat(NAME_LENGTH.max)))
})

test('a name as it is compared is itself such a name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (text) => {
      const name = accountName(text)
      if (name !== undefined) assert.equal(accountName(name), name)
    }),
    { numRuns: 2000 },
  )
})
