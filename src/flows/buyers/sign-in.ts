// A buyer signs in. An unknown name costs the same hash as a known one and gets the same answer as a
// wrong password. A hash that is weaker than those made today is replaced: now is when the password is
// known.

import type { Session } from '../../domain/buyer.ts'
import type { Ports } from '../../ports/ports.ts'

export type SignedIn =
  | { result: 'signed-in'; session: Session }
  | { result: 'wrong-name-or-password' }
  | { result: 'busy' } // too many passwords at once

export const signIn = async (
  ports: Pick<Ports, 'buyers' | 'clock' | 'passwords' | 'sessions'>,
  of: { name: string; password: string; sessionId: string; sessionMs: number },
): Promise<SignedIn> => {
  const nowMs = ports.clock.nowMs()
  const account = await ports.buyers.readAccount(of.name)
  const hash = account?.passwordHash
  const checked = await ports.passwords.check({ password: of.password, hash })
  if (checked === 'busy') return { result: 'busy' }
  if (account === undefined || checked === 'wrong') return { result: 'wrong-name-or-password' }
  const { buyerId, passwordHash: from } = account
  if (checked === 'weak') {
    const to = await ports.passwords.hash(of.password)
    if (to !== undefined) await ports.buyers.changePasswordHash({ buyerId, from, to })
  }
  const { sessionId } = of
  const session = {
    sessionId,
    buyerId,
    createdAtMs: nowMs,
    expiresAtMs: wholeSecond(nowMs + of.sessionMs),
  }
  const opened = await ports.sessions.open(session)
  return opened ? { result: 'signed-in', session } : { result: 'wrong-name-or-password' }
}

// Session tokens count in seconds.
const wholeSecond = (atMs: number) => Math.ceil(atMs / 1000) * 1000
