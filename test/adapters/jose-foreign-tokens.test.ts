// Tokens of another identity provider: only what it has signed for us is believed, with the keys it
// publishes now; while it cannot be reached nobody is told no.

import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { exportSPKI, generateKeyPair } from 'jose'
import { jwksTokens } from '../../src/adapters/jose/foreign-tokens.ts'
import type { ForeignTokens } from '../../src/ports/identity.ts'
import { AT_MS } from '../contracts/samples.ts'
import { AUDIENCE, ISSUER, type Issuer, startIssuer } from '../support/issuer.ts'

let issuer: Issuer
let tokens: ForeignTokens

before(async () => {
  issuer = await startIssuer({ nowMs: AT_MS })
})

beforeEach(() => {
  issuer.answerWith('keys')
  tokens = jwksTokens({ url: issuer.url, issuer: ISSUER, audience: AUDIENCE, keysEveryMs: 0 })
})

after(() => issuer[Symbol.asyncDispose]())

const read = (token: string, nowMs = AT_MS) => tokens.read(token, nowMs)
const endsAtMs = AT_MS + 60_000

suite('a token of another identity provider', () => {
  test('is read with its subject and its end', async () => {
    const read5 = { subject: '5', expiresAtMs: endsAtMs }
    assert.deepEqual(await read(await issuer.sign()), read5)
    const among = await issuer.sign({ claims: { aud: ['other', AUDIENCE] } })
    assert.deepEqual(await read(among), read5)
    const named = await issuer.sign({ claims: { sub: 'auth0|安 ' + 'x'.repeat(200) } })
    assert.equal((await read(named))?.subject, 'auth0|安 ' + 'x'.repeat(200))
  })

  test('is over by the time that is given, a few seconds apart', async () => {
    const token = await issuer.sign()
    assert.ok(await read(token, endsAtMs + 4000))
    assert.equal(await read(token, endsAtMs + 5000), undefined)
    const early = await issuer.sign({ claims: { nbf: AT_MS / 1000 + 10 } })
    assert.equal(await read(early), undefined)
    assert.ok(await read(early, AT_MS + 5000))
  })

  test('is none for another issuer or audience, or without subject or end', async () => {
    for (const claims of [
      { iss: 'https://accounts.example.evil' },
      { iss: `${ISSUER}/` },
      { iss: undefined },
      { aud: 'other' },
      { aud: undefined },
      { sub: undefined },
      { sub: '' },
      { sub: 'x'.repeat(256) },
      { exp: undefined },
    ])
      assert.equal(await read(await issuer.sign({ claims })), undefined, JSON.stringify(claims))
  })

  test('is none when signed by anybody else, or changed', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    assert.equal(await read(await issuer.sign({ key: privateKey })), undefined)
    const token = await issuer.sign()
    const [head, body, code] = token.split('.')
    const other = Buffer.from('{"sub":"6"}').toString('base64url')
    for (const bad of [`${head}.${other}.${code}`, `${head}.${body}.`, `${head}.${body}`, 'x', ''])
      assert.equal(await read(bad), undefined)
  })

  test('is none without an algorithm, or with the published key as a shared secret', async () => {
    const claims = Buffer.from(JSON.stringify({ iss: ISSUER, aud: AUDIENCE, sub: '5', exp: 9e9 }))
    const head = Buffer.from('{"alg":"none","kid":"1"}')
    const unsigned = `${head.toString('base64url')}.${claims.toString('base64url')}.`
    assert.equal(await read(unsigned), undefined)
    const shared = new TextEncoder().encode(await exportSPKI(issuer.publicKey()))
    const confused = await issuer.sign({ header: { alg: 'HS256' }, key: shared })
    assert.equal(await read(confused), undefined)
  })
})

suite('the keys of another identity provider', () => {
  test('are read once, and again when a token names one that is new', async () => {
    const asked = issuer.asked()
    const old = await issuer.sign()
    for (let round = 0; round < 5; round += 1) assert.ok(await read(old))
    assert.equal(issuer.asked(), asked + 1)
    await issuer.rotate()
    assert.ok(await read(await issuer.sign()))
    assert.equal(await read(old), undefined, 'a key that is not published any more signs nothing')
  })

  test('are not read again and again for key ids that somebody invents', async () => {
    tokens = jwksTokens({ url: issuer.url, issuer: ISSUER, audience: AUDIENCE })
    const asked = issuer.asked()
    for (let at = 0; at < 20; at += 1)
      assert.equal(await read(await issuer.sign({ header: { kid: `invented ${at}` } })), undefined)
    assert.equal(issuer.asked(), asked + 1)
  })

  test('are read again as often when the clock of this machine is set back', async (context) => {
    assert.ok(await read(await issuer.sign()))
    context.mock.timers.enable({ apis: ['Date'], now: Date.now() - 3_600_000 })
    await issuer.rotate()
    assert.ok(await read(await issuer.sign()))
  })

  for (const answer of ['failure', 'garbage', 'nothing'] as const)
    test(`cannot be had (${answer}): that is a failure, and never a no`, async () => {
      const token = await issuer.sign()
      issuer.answerWith(answer)
      await assert.rejects(read(token), { code: 'IDENTITY_UNREACHABLE' })
      issuer.answerWith('keys')
      assert.ok(await read(token), 'and it is believed when they are back')
      issuer.answerWith(answer)
      assert.ok(await read(token), 'keys that are known are good meanwhile')
    })
})
