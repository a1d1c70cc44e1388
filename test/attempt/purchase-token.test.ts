// Purchase tokens: only what was signed with one of our keys, letter by letter, is believed.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'

const KEYS = [
  { id: 'new', secret: 'a new secret that signs from now on' },
  { id: 'old', secret: 'an old secret that is still believed' },
]
const CLAIMS = { saleId: '12', buyerId: '9223372036854775807', record: undefined }
const tokens = purchaseTokens(KEYS, { cacheMax: 10 })

const forge = (payload: string, secret: string, { version = 'v1', algorithm = 'sha256' } = {}) => {
  const signed = `${version}.${Buffer.from(payload).toString('base64url')}`
  return `${signed}.${createHmac(algorithm, secret).update(signed).digest('base64url')}`
}

test('a token that was issued is verified, also from memory', () => {
  const token = tokens.issue(CLAIMS)
  assert.match(token, /^v1\.[\w-]+\.[\w-]{43}$/)
  for (const isNew of [true, false, false])
    assert.deepEqual(tokens.verify(token), { ...CLAIMS, isNew })
})

test('a token that is read and not verified stays new', () => {
  const fresh = purchaseTokens(KEYS, { cacheMax: 10 })
  const token = fresh.issue(CLAIMS)
  for (let count = 0; count < 2; count += 1)
    assert.deepEqual(fresh.read(token), { ...CLAIMS, isNew: true })
  assert.equal(fresh.verify(token)?.isNew, true)
  assert.equal(fresh.read(`${token.slice(0, -2)}xx`), undefined)
})

test('forged is what names a key of ours and was not signed with it', () => {
  const forged = [forge('new.12.5', 'a guess'), forge('old.12.5', KEYS[0]!.secret)]
  for (const token of forged) assert.equal(tokens.isForged(token), true, token)
  const others = [forge('gone.12.5', 'a secret that was replaced'), 'v1.x.y', 'nonsense', '']
  for (const token of others) assert.equal(tokens.isForged(token), false, token)
})

test('the first key signs and every key verifies', () => {
  const before = purchaseTokens([KEYS[1]!], { cacheMax: 10 })
  assert.deepEqual(tokens.verify(before.issue(CLAIMS)), { ...CLAIMS, isNew: true })
  assert.equal(before.verify(tokens.issue(CLAIMS)), undefined)
})

test('one bit changed anywhere makes a token worthless', () => {
  const token = tokens.issue(CLAIMS)
  for (let at = 0; at < token.length; at += 1) {
    const changed = String.fromCharCode(token.charCodeAt(at) ^ 1)
    const forged = token.slice(0, at) + changed + token.slice(at + 1)
    assert.equal(tokens.verify(forged), undefined, forged)
  }
})

test('another algorithm, version, key id, spelling or length is refused', () => {
  const { secret } = KEYS[0]!
  const good = forge('new.12.5', secret)
  assert.deepEqual(tokens.verify(good), { ...CLAIMS, buyerId: '5', isNew: true })
  const bad = [
    forge('new.12.5', secret, { algorithm: 'sha512' }),
    forge('new.12.5', secret, { version: 'v2' }),
    forge('none.12.5', secret),
    forge('old.12.5', secret),
    forge('new.12.05', secret),
    forge('new.12.0', secret),
    forge('new.12.5.6', secret),
    forge('new.12', secret),
    `${good}=`,
    `${good}.`,
    good.slice(0, -1),
    good.replace('v1.', 'v1..'),
    `v1..${good.split('.')[2]!}`,
    '',
    '.',
    'v1',
    'x'.repeat(100_000),
  ]
  for (const token of bad) assert.equal(tokens.verify(token), undefined, token.slice(0, 80))
})

test('the memory of verified tokens is bounded and forgets nothing it must refuse', () => {
  const small = purchaseTokens(KEYS, { cacheMax: 3 })
  for (let buyer = 1; buyer <= 100; buyer += 1) {
    const token = small.issue({ saleId: '1', buyerId: String(buyer) })
    assert.equal(small.verify(token)?.buyerId, String(buyer))
    assert.equal(small.verify(`${token.slice(0, -2)}xx`), undefined)
  }
})
