// Who is signed in. A session is good only while it is kept here, so whoever signs out is out on every
// gateway at once. Those that are over may be gone at any time.
//
// Deliberately not in it: the token a session is shown by, and whether it is over.

import type { Session } from '../domain/buyer.ts'

export interface Sessions {
  // Keeps the newest SESSIONS_PER_BUYER_MAX of a buyer. False: there is no such account (any more).
  open(session: Session): Promise<boolean>
  read(sessionId: string): Promise<Session | undefined>
  close(sessionId: string): Promise<void>
}

export const SESSIONS_PER_BUYER_MAX = 20
