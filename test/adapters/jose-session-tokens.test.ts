// Session tokens with jose: the contract, and tokens that somebody made by other means.

import assert from 'node:assert/strict'
import { createHmac, hkdfSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { joseSessionTokens } from '../../src/adapters/jose/session-tokens.ts'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import { AT_MS } from '../contracts/samples.ts'
import { sessionTokensContract } from '../contracts/session-tokens.ts'

sessionTokensContract('jose', {
  make: async () => ({ tokensOf: joseSessionTokens, async [Symbol.asyncDispose]() {} }),
})

suite('a session token made by other means', () => {
  const secret = 'the secret of this installation, which nobody knows'
  const tokens = joseSessionTokens([{ id: 'k', secret }])
  const header = { alg: 'HS256', typ: 'JWT', kid: 'k' }
  const claims = { sub: '5', jti: 'session', exp: AT_MS / 1000 + 60 }
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'seckill session tokens', 32))

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  const forge = (of: {
    header?: unknown
    claims?: unknown
    key?: string | Buffer
    hash?: string
  }): string => {
    const signed = `${encoded(of.header ?? header)}.${encoded(of.claims ?? claims)}`
    const hmac = createHmac(of.hash ?? 'sha256', of.key ?? derived)
    return `${signed}.${hmac.update(signed).digest('base64url')}`
  }

  const read = (token: string) => tokens.read(token, AT_MS)

  test('is believed when it is made exactly like ours', async () => {
    assert.deepEqual(await read(forge({})), { sessionId: 'session', buyerId: '5' })
  })

  test('is not believed under another algorithm, or none', async () => {
    for (const [alg, hash] of [
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
      ['HS512', 'sha256'],
      ['hs256', 'sha256'],
      ['RS256', 'sha256'],
      ['none', 'sha256'],
    ] as const)
      assert.equal(await read(forge({ header: { ...header, alg }, hash })), undefined, alg)
    const unsigned = `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`
    assert.equal(await read(unsigned), undefined)
    assert.equal(await read(unsigned.slice(0, -1)), undefined)
  })

  test('is not believed under another key, key id or type', async () => {
    for (const key of [secret, '', 'guess', Buffer.alloc(32)])
      assert.equal(await read(forge({ key })), undefined)
    for (const change of [{ kid: 'other' }, { kid: undefined }, { kid: 1 }, { typ: 'at+jwt' }])
      assert.equal(await read(forge({ header: { ...header, ...change } })), undefined)
    assert.equal(await read(forge({ header: { ...header, crit: ['b64'], b64: false } })), undefined)
  })

  test('is not believed without an end, a session or a buyer that can be one', async () => {
    for (const change of [
      { exp: undefined },
      { exp: 'tomorrow' },
      { jti: undefined },
      { sub: undefined },
      { sub: '05' },
      { sub: 'ann' },
      { sub: 5 },
    ])
      assert.equal(await read(forge({ claims: { ...claims, ...change } })), undefined)
    for (const odd of [{}, [], 'x', 5]) assert.equal(await read(forge({ claims: odd })), undefined)
  })

  test('is never a purchase token, and a purchase token never a session', async () => {
    const purchase = purchaseTokens([{ id: 'k', secret }], { cacheMax: 10 })
    assert.equal(await read(purchase.issue({ saleId: '1', buyerId: '5' })), undefined)
    assert.equal(purchase.verify(forge({})), undefined)
  })
})
