// X2: what is not the very token that was issued, letter by letter, opens nothing: another algorithm, key
// or key id, another spelling of the same bytes, cut anywhere, any bit changed. And whatever is secret is
// compared in constant time.

import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, hkdfSync } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { comparisonsOf } from './comparisons.ts'
import { joseSessionTokens } from '../../src/adapters/jose/session-tokens.ts'
import { jwksTokens } from '../../src/adapters/jose/foreign-tokens.ts'
import { signing } from '../../src/adapters/sandbox-payments/signing.ts'
import { argon2Passwords } from '../../src/adapters/system/passwords.ts'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import { adminKeys } from '../../src/gateway/admin-keys.ts'
import { newBuyer } from '../support/accounts.ts'
import { type Engine, OPERATOR, startEngine } from '../support/engine.ts'
import { AUDIENCE, ISSUER, type Issuer, startIssuer } from '../support/issuer.ts'
import { PAYMENT_SECRET, signed } from '../support/provider.ts'

const SECRET = 'the secret of this installation which nobody knows'
const KEYS = [
  { id: 'k', secret: SECRET },
  { id: 'old', secret: 'another secret which is still believed' },
]

let engine: Engine
let issuer: Issuer
let saleId: string
let token: string
let session: string

before(async () => {
  engine = await startEngine({
    SECKILL_SECRET: KEYS.map(({ id, secret }) => `${id}:${secret}`).join(','),
    SECKILL_BUYER_PER_SECOND: '1000',
  })
  issuer = await startIssuer()
  saleId = await engine.sale()
  token = (await engine.tokens(saleId, ['5']))[0]!
  session = (await newBuyer(engine, 'ann')).sessionToken
})

after(async () => {
  await engine[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

const base64url = (value: string | object) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

// Three doors that these are the keys to: the attempt on node:http, an order, and what needs a session.
const DOORS: [method: string, path: () => string][] = [
  ['POST', () => `/api/sales/${saleId}/attempts`],
  ['GET', () => '/api/orders/1'],
  ['GET', () => `/api/sales/${saleId}/entries/me`],
]

const assertOpensNothing = async (authorization: string, why: string) => {
  for (const [method, path] of DOORS) {
    const { status, body } = await engine.request(method, path(), { headers: { authorization } })
    assert.deepEqual([status, body.code], [401, 'unauthorized'], `${why}: ${method} ${path()}`)
  }
}

// A header holds bytes, but no controls; and spaces at its end are not part of it.
const canBeSent = (text: string) => /^[\x21-\x7e\xa0-\xff ]*[\x21-\x7e\xa0-\xff]$/.test(text)

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

// Everything that is almost this text.
const almost = function* (text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    yield text.slice(0, at)
    yield text.slice(at + 1)
    yield text.slice(0, at) + text.slice(at + 1)
    yield `${text.slice(0, at)}${text[at]}${text.slice(at)}`
    for (let bit = 1; bit < 256; bit *= 2)
      yield text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1)
  }
  for (const last of LETTERS) yield text.slice(0, -1) + last
  for (const more of ['=', '==', '.', '.x', 'A', ' ', '\n', '\0', '%', ',', text, `, ${text}`])
    yield text + more
  yield* [text.toUpperCase(), text.toLowerCase(), `"${text}"`, ` ${text}`, `Bearer ${text}`]
  yield* [encodeURIComponent(text).replaceAll('.', '%2E'), text.replaceAll('.', '..')]
  yield fullWidth(text)
}

const fullWidth = (text: string) =>
  text.replaceAll(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))

const forge = (payload: string, of: { secret?: string; version?: string; hash?: string } = {}) => {
  const { secret = SECRET, version = 'v1', hash = 'sha256' } = of
  const text = `${version}.${base64url(payload)}`
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`
}

suite('X2 a purchase token', () => {
  const read = (text: string) => purchaseTokens(KEYS, { cacheMax: 10 }).verify(text)

  test('is believed when it is made exactly like ours: what follows differs in one thing', () => {
    assert.deepEqual(read(forge(`k.${saleId}.5`)), {
      saleId,
      buyerId: '5',
      record: undefined,
      isNew: true,
    })
    assert.equal(forge(`k.${saleId}.5`), token)
  })

  test('of another algorithm, version, key or key id is worth nothing', async () => {
    const payload = `k.${saleId}.5`
    const wrong = {
      ...Object.fromEntries(
        ['sha1', 'sha384', 'sha512', 'sha3-256', 'md5'].map((hash) => [
          hash,
          forge(payload, { hash }),
        ]),
      ),
      'version 2': forge(payload, { version: 'v2' }),
      'version V1': forge(payload, { version: 'V1' }),
      'another secret': forge(payload, { secret: `${SECRET} ` }),
      'no secret': forge(payload, { secret: '' }),
      'the key of another id': forge(`old.${saleId}.5`),
      'an unknown key id': forge(`other.${saleId}.5`),
      'no code': `v1.${base64url(payload)}.`,
      'its payload as code': `v1.${base64url(payload)}.${base64url(payload)}`,
    }
    for (const [why, text] of Object.entries(wrong)) {
      assert.equal(read(text), undefined, why)
      await assertOpensNothing(`Bearer ${text}`, why)
    }
    for (const id of ['', '__proto__', 'constructor', 'toString', 'K', 'k ', 'k.k'])
      assert.equal(read(forge(`${id}.${saleId}.5`)), undefined, id)
  })

  test('names sale and buyer in one spelling', () => {
    const payloads = ['k.1.05', 'k.01.5', 'k.1.0', 'k.1.-5', 'k.1.+5', 'k.1.5e0', 'k.1.5.6', 'k.1']
    const wide = ['k.1.9223372036854775808', 'k.1.５', 'k.1.5\n', 'k.1. 5', 'k.1.5\0', ' k.1.5']
    for (const payload of [...payloads, ...wide]) assert.equal(read(forge(payload)), undefined)
  })

  test('cut anywhere, with any bit changed, or spelt in another way, is worth nothing', () => {
    const seen = purchaseTokens(KEYS, { cacheMax: 10 })
    assert.ok(seen.verify(token), 'and a token that is known does not help what is like it')
    let tried = 0
    for (const text of almost(token)) {
      if (text === token) continue
      tried += 1
      assert.equal(seen.verify(text), undefined, text)
    }
    assert(tried > 500)
  })

  test('that is almost one opens no door over HTTP', async () => {
    await engine.attempt(saleId, token) // known from here on
    for (const text of new Set(almost(token)))
      if (text !== token && canBeSent(text)) await assertAttemptRefused(text)
    for (const authorization of [
      token,
      `Basic ${token}`,
      `Bearer\t${token}`,
      `Bearer${token}`,
      `Bearer: ${token}`,
      `Token ${token}`,
      `Bearer ${base64url(token)}`,
      `Bearer ${Buffer.from(token).toString('base64')}`,
    ])
      await assertOpensNothing(authorization, authorization)
  })

  const assertAttemptRefused = async (text: string) => {
    const { status } = await engine.attempt(saleId, text)
    assert.equal(status, 401, text)
  }
})

suite('X2 a session', () => {
  const tokens = joseSessionTokens(KEYS)
  const header = { alg: 'HS256', typ: 'JWT', kid: 'k' }
  const claims = { sub: '5', jti: 'session', exp: Math.floor(Date.now() / 1000) + 60 }
  const derived = Buffer.from(hkdfSync('sha256', SECRET, '', 'seckill session tokens', 32))
  const read = (text: string) => tokens.read(text, Date.now())

  const made = (of: { header?: object; key?: Buffer | string; hash?: string } = {}) => {
    const text = `${base64url(of.header ?? header)}.${base64url(claims)}`
    const hmac = createHmac(of.hash ?? 'sha256', of.key ?? derived)
    return `${text}.${hmac.update(text).digest('base64url')}`
  }

  test('is believed when it is made exactly like ours: what follows differs in one thing', async () => {
    assert.deepEqual(await read(made()), { sessionId: 'session', buyerId: '5' })
  })

  test('without an algorithm, or under another one, is worth nothing', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS384', 'HS512', 'hs256', 'RS256'])
      for (const hash of ['sha256', 'sha384', 'sha512']) {
        const text = made({ header: { ...header, alg }, hash })
        const unsigned = text.slice(0, text.lastIndexOf('.') + 1)
        for (const one of [text, unsigned, unsigned.slice(0, -1), `${unsigned}AA`]) {
          assert.equal(await read(one), undefined, `${alg} ${one}`)
          if (hash === 'sha256') await assertOpensNothing(`Bearer ${one}`, alg)
        }
      }
    const { alg: _alg, ...bare } = header
    assert.equal(await read(made({ header: bare })), undefined)
  })

  test('under another key, key id or type is worth nothing, wherever its header points', async () => {
    const asked = issuer.asked()
    const jwk = { kty: 'oct', k: base64url('mine'), alg: 'HS256', kid: 'k' }
    const points = { jku: issuer.url, x5u: issuer.url, jwk, x5c: ['AAAA'] }
    assert.ok(await read(made({ header: { ...header, ...points } })), 'they are not looked at')
    for (const [why, of] of Object.entries({
      'a key of its own': { header: { ...header, ...points }, key: 'mine' },
      'the raw secret': { key: SECRET },
      'an empty key': { key: '' },
      'a key of zeros': { key: Buffer.alloc(32) },
      'another key id': { header: { ...header, kid: 'old' } },
      'an unknown key id': { header: { ...header, kid: '../k' } },
      'a key id of the prototype': { header: { ...header, kid: '__proto__' } },
      'no key id': { header: { alg: 'HS256', typ: 'JWT' } },
      'another type': { header: { ...header, typ: 'at+jwt' } },
      'an unknown extension': { header: { ...header, crit: ['exp'] } },
      'a body that is not encoded': { header: { ...header, crit: ['b64'], b64: false } },
    })) {
      assert.equal(await read(made(of)), undefined, why)
      await assertOpensNothing(`Bearer ${made(of)}`, why)
    }
    assert.equal(issuer.asked(), asked, 'nobody was asked for keys')
  })

  test('cut anywhere, with any bit changed, or spelt in another way, is worth nothing', async () => {
    for (const text of new Set(almost(made())))
      if (text !== made()) assert.equal(await read(text), undefined, text)
    for (let length = 0; length < session.length; length += 7)
      await assertOpensNothing(`Bearer ${session.slice(0, length)}`, 'cut')
    const letters = LETTERS.split('').filter((letter) => !session.endsWith(letter))
    for (const letter of letters)
      await assertOpensNothing(`Bearer ${session.slice(0, -1)}${letter}`, 'another last letter')
  })

  test('is never a purchase token, and a purchase token never a session', async () => {
    assert.equal(purchaseTokens(KEYS, { cacheMax: 1 }).verify(session), undefined)
    assert.equal(await read(token), undefined)
    assert.equal((await engine.attempt(saleId, session)).status, 401)
    const entries = `/api/sales/${saleId}/entries`
    assert.equal((await engine.request('POST', entries, { credential: token })).status, 401)
  })
})

suite('X2 a token of another provider', () => {
  test('signed with what is published, or with a key it brings along, is worth nothing', async () => {
    const foreign = jwksTokens({ url: issuer.url, issuer: ISSUER, audience: AUDIENCE })
    const read = (text: string) => foreign.read(text, Date.now())
    const [good, asked] = [await issuer.sign(), issuer.asked()]
    assert.ok(await read(good))
    const [, claims] = good.split('.')
    const published = (await (await fetch(issuer.url)).json()) as { keys: { n: string }[] }
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = own.publicKey.export({ format: 'jwk' })
    const bodies = [JSON.stringify(published.keys[0]), published.keys[0]!.n, '']
    for (const alg of ['HS256', 'HS384', 'HS512', 'none'])
      for (const key of bodies) {
        const text = `${base64url({ alg, kid: '1' })}.${claims}`
        const code = createHmac('sha256', key).update(text).digest('base64url')
        assert.equal(await read(`${text}.${code}`), undefined, alg)
        assert.equal(await read(`${text}.`), undefined, alg)
      }
    for (const header of [
      { jwk },
      { jku: issuer.url },
      { kid: 'own', jwk },
      { kid: undefined, jwk },
    ])
      assert.equal(
        await read(await issuer.sign({ header, key: own.privateKey as never })),
        undefined,
      )
    assert(issuer.asked() - asked <= 3, 'and keys are not asked for each time')
  })
})

suite('X2 an admin key', () => {
  test('that is almost one opens nothing', async () => {
    const find = adminKeys([{ id: 'boss', role: 'operator', value: OPERATOR }])
    assert.equal(find(OPERATOR)?.id, 'boss')
    for (const text of new Set(almost(OPERATOR))) {
      if (text === OPERATOR) continue
      assert.equal(find(text), undefined, text)
      if (!canBeSent(text)) continue
      const { status } = await engine.request('GET', '/api/admin/products', { credential: text })
      assert.equal(status, 401, text)
    }
  })
})

suite('X2 what is secret', () => {
  const lengths = (seen: { by: string; bytes: number[] }[]) =>
    seen.map(({ by, bytes: [one, other] }) => (one === other ? by : `${one} and ${other} bytes`))

  const EQUAL = 'timingSafeEqual'
  const find = adminKeys([
    { id: 'boss', role: 'operator', value: OPERATOR },
    { id: 'clerk', role: 'viewer', value: 'another key' },
  ])
  // As long, and the bits that say something differ.
  const last = (text: string) =>
    `${text.slice(0, -8)}${text.slice(-8, -7) === 'A' ? 'B' : 'A'}${text.slice(-7)}`

  test('is compared in constant time, and only with what is as long', async () => {
    const password = { password: 'correct horse battery', hash: undefined }
    const check = (signature: string) => {
      const { raw, headers } = signed({ id: 'x', raw: '{}' })
      const given = { ...headers, 'webhook-signature': signature }
      return signing([PAYMENT_SECRET], { nowMs: Date.now }).check({
        headers: given,
        body: Buffer.from(raw),
      })
    }
    const right = signed({ id: 'x', raw: '{}' }).headers['webhook-signature']!
    const works: Record<string, [work: () => unknown, expected: string[]]> = {
      'a purchase token': [() => purchaseTokens(KEYS, { cacheMax: 1 }).verify(token), [EQUAL]],
      'a forged one': [() => purchaseTokens(KEYS, { cacheMax: 1 }).verify(last(token)), [EQUAL]],
      'a short one': [() => purchaseTokens(KEYS, { cacheMax: 1 }).verify(token.slice(0, -1)), []],
      'an admin key': [() => find(OPERATOR), [EQUAL, EQUAL]],
      'a wrong one': [() => find('x'), [EQUAL, EQUAL]],
      'a session': [() => joseSessionTokens(KEYS).read(session, Date.now()), ['verify']],
      'a forged session': [
        () => joseSessionTokens(KEYS).read(last(session), Date.now()),
        ['verify'],
      ],
      'a webhook': [() => check(right), [EQUAL]],
      'a forged webhook': [() => check(`v1,${'A'.repeat(43)}`), []],
      'a forged webhook of that length': [() => check(last(right)), [EQUAL]],
      'a password of nobody': [() => argon2Passwords().check(password), [EQUAL]],
    }
    for (const [what, [work, expected]] of Object.entries(works))
      assert.deepEqual(lengths(await comparisonsOf(work)), expected, what)
  })
})
