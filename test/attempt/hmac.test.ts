// The codes are those of Node's own HMAC, whatever the key and the text.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { HMAC_TEXT_MAX, hmacSha256 } from '../../src/attempt/hmac.ts'

const codeOf = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('base64url')

const ascii = fc.string({ unit: 'binary-ascii', maxLength: HMAC_TEXT_MAX })

test('a code is that of any other HMAC-SHA-256, one text after another with the same key', () => {
  const keys = fc.string({ unit: 'binary', minLength: 1, maxLength: 150 })
  fc.assert(
    fc.property(keys, fc.array(ascii, { minLength: 1, maxLength: 5 }), (secret, texts) => {
      const code = hmacSha256(secret)
      for (const text of texts) assert.equal(code(text), codeOf(secret, text))
    }),
    { numRuns: 500 },
  )
})

test('the code of a short text shows nothing of a longer one before it', () => {
  const code = hmacSha256('a key')
  for (const length of [HMAC_TEXT_MAX, 200, 63, 1, 0, 64, 200]) {
    const text = 'x'.repeat(length)
    assert.equal(code(text), codeOf('a key', text))
  }
})

test('keys as long as a block of the hash, and one byte more or less', () => {
  for (const length of [63, 64, 65]) {
    const secret = 'k'.repeat(length)
    assert.equal(hmacSha256(secret)('text'), codeOf(secret, 'text'))
  }
})

test('a text that does not fit is refused, not cut off', () => {
  assert.throws(() => hmacSha256('a key')('x'.repeat(HMAC_TEXT_MAX + 1)), /short/)
})
