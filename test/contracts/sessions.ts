// What every store of sessions must keep: a session that was closed is gone for everybody, and of one
// buyer only so many are kept.

import assert from 'node:assert/strict'
import type { Session } from '../../src/domain/buyer.ts'
import type { Buyers } from '../../src/ports/buyers.ts'
import { type Sessions, SESSIONS_PER_BUYER_MAX } from '../../src/ports/sessions.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS } from './samples.ts'

export interface SessionsSetup extends AsyncDisposable {
  buyers: Buyers
  sessions: Sessions
}

export const sessionsContract = (name: string, options: ContractOptions<SessionsSetup>): void =>
  contract(`sessions: ${name}`, options, claims)

const sessionOf = async (
  { buyers }: SessionsSetup,
  sessionId: string,
  { name = 'ann', createdAtMs = AT_MS } = {},
): Promise<Session> => {
  await buyers.createAccount({ name, passwordHash: '$hash' })
  const { buyerId } = (await buyers.readAccount(name))!
  return { sessionId, buyerId, createdAtMs, expiresAtMs: createdAtMs + 1000 }
}

const read = async ({ sessions }: SessionsSetup, sessionId: string) => {
  const session = await sessions.read(sessionId)
  return session && { ...session }
}

const claims: Claims<SessionsSetup> = {
  'a session is read as it was opened': async (setup) => {
    const session = await sessionOf(setup, 'one')
    assert.equal(await setup.sessions.open(session), true)
    assert.deepEqual(await read(setup, 'one'), session)
    assert.equal(await read(setup, 'other'), undefined)
  },

  'a session that was closed is gone, and no other; closing again is harmless': async (setup) => {
    for (const sessionId of ['one', 'other'])
      await setup.sessions.open(await sessionOf(setup, sessionId))
    await setup.sessions.close('one')
    await setup.sessions.close('one')
    assert.equal(await read(setup, 'one'), undefined)
    assert.ok(await read(setup, 'other'))
  },

  'there is no session for an account that does not exist': async (setup) => {
    const session = await sessionOf(setup, 'one')
    assert.equal(await setup.sessions.open({ ...session, buyerId: '5' }), false)
    assert.equal(await read(setup, 'one'), undefined)
  },

  'of one buyer the newest are kept, of others all': async (setup) => {
    await setup.sessions.open(await sessionOf(setup, "bob's", { name: 'bob' }))
    const many = SESSIONS_PER_BUYER_MAX + 2
    for (let at = 0; at < many; at += 1)
      await setup.sessions.open(await sessionOf(setup, String(at), { createdAtMs: AT_MS + at }))
    const kept = await Promise.all(Array.from({ length: many }, (_, at) => read(setup, String(at))))
    assert.deepEqual(
      kept.map((session) => session !== undefined),
      [false, false, ...Array<boolean>(SESSIONS_PER_BUYER_MAX).fill(true)],
    )
    assert.ok(await read(setup, "bob's"))
  },
}
