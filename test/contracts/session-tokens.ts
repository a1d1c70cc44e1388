// What every signer of session tokens must keep: only what was signed for this purpose with one of our
// keys, letter by letter and in time, is believed.

import assert from 'node:assert/strict'
import type { SessionTokens } from '../../src/ports/identity.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS, ID_MAX } from './samples.ts'

export interface SessionTokensSetup extends AsyncDisposable {
  tokensOf(keys: { id: string; secret: string }[]): SessionTokens
}

export const sessionTokensContract = (
  name: string,
  options: ContractOptions<SessionTokensSetup>,
): void => contract(`session tokens: ${name}`, options, claims)

const OLD = { id: 'old', secret: 'an old secret that is still believed' }
const NEW = { id: 'new', secret: 'a new secret that signs from now on' }

const session = {
  sessionId: '0198a3c4-6d3e-4b6f-9f1d-0b1f5e1c2d3a',
  buyerId: ID_MAX,
  createdAtMs: AT_MS,
  expiresAtMs: AT_MS + 60_000,
}
const { sessionId, buyerId } = session

const claims: Claims<SessionTokensSetup> = {
  'a token that was issued is read until it is over, by the time that is given': async (setup) => {
    const tokens = setup.tokensOf([NEW])
    const token = await tokens.issue(session)
    for (const nowMs of [AT_MS, session.expiresAtMs - 1])
      assert.deepEqual(await tokens.read(token, nowMs), { sessionId, buyerId })
    for (const nowMs of [session.expiresAtMs, session.expiresAtMs + 1, AT_MS * 2])
      assert.equal(await tokens.read(token, nowMs), undefined)
  },

  'the first key signs, every key is believed, and one that is removed is not': async (setup) => {
    const before = setup.tokensOf([OLD])
    const during = setup.tokensOf([NEW, OLD])
    const after = setup.tokensOf([NEW])
    const old = await before.issue(session)
    const fresh = await during.issue(session)
    assert.deepEqual(await during.read(old, AT_MS), { sessionId, buyerId })
    assert.deepEqual(await after.read(fresh, AT_MS), { sessionId, buyerId })
    assert.equal(await after.read(old, AT_MS), undefined)
    assert.equal(await before.read(fresh, AT_MS), undefined)
  },

  'another key under the same id is not believed': async (setup) => {
    const other = setup.tokensOf([{ id: 'new', secret: OLD.secret }])
    assert.equal(await setup.tokensOf([NEW]).read(await other.issue(session), AT_MS), undefined)
  },

  'one bit changed anywhere makes a token worthless': async (setup) => {
    const tokens = setup.tokensOf([NEW])
    const token = await tokens.issue(session)
    for (let at = 0; at < token.length; at += 1)
      for (let bit = 1; bit < 128; bit *= 2) {
        const changed = String.fromCharCode(token.charCodeAt(at) ^ bit)
        const forged = token.slice(0, at) + changed + token.slice(at + 1)
        assert.equal(await tokens.read(forged, AT_MS), undefined, forged)
      }
  },

  'a token has one spelling, also where its last letter has bits that say nothing': async (
    setup,
  ) => {
    const tokens = setup.tokensOf([NEW])
    const token = await tokens.issue(session)
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const read = letters.split('').map((last) => tokens.read(token.slice(0, -1) + last, AT_MS))
    assert.equal((await Promise.all(read)).filter((claims) => claims !== undefined).length, 1)
  },

  'a token that is cut, longer, or no token at all is none': async (setup) => {
    const tokens = setup.tokensOf([NEW])
    const token = await tokens.issue(session)
    for (let length = 0; length < token.length; length += 1)
      assert.equal(await tokens.read(token.slice(0, length), AT_MS), undefined)
    const bad = ['=', '.', '.x', ' ', '\n', 'A', token].map((end) => token + end)
    for (const text of [...bad, '..', 'x', 'a.b.c', 'x'.repeat(100_000), '{}', '\u0000'])
      assert.equal(await tokens.read(text, AT_MS), undefined, text.slice(0, 80))
  },
}
