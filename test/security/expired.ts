// Credentials that were good and whose time is over. A stream of events was open with each of them when
// that came: it has ended by itself.

import assert from 'node:assert/strict'
import { signIn } from '../support/accounts.ts'
import { eventually } from '../support/engine.ts'
import { openStream } from '../support/event-stream.ts'
import type { World } from './world.ts'

export interface Expired {
  token: string
  session: string
  orderId: string // what both were for
}

const DAY_MS = 86_400_000
const LASTS_MS = 1000

const END_TOKENS = `
  update sales
  set ends_at = ? - pay_within_ms - ${DAY_MS}
  where sale_id = ?
`

const TELL = `
  insert into changes (kind, sale_id)
  values ('sale', ?)
`

const END_SESSION = `
  update sessions
  set expires_at = ?
  where session_id = ?
`

// No sale and no session can be made that is over within a test, so what is kept of them is changed.
export const letExpire = async ({ engine, write, ...world }: World): Promise<Expired> => {
  const { orderId, saleId, token } = await world.order()
  const session: string = (await signIn(engine, 'ann')).body.sessionToken
  const endsAtMs = Math.floor(Date.now() + LASTS_MS)
  await write(END_TOKENS, endsAtMs, saleId)
  await write(TELL, saleId)
  await write(END_SESSION, endsAtMs, sessionId(session))
  await eventually(
    () => engine.gateway.request('GET', `/api/sales/${saleId}`), // at once, not when a cache is over
    ({ body }) => body.status === 'ended',
  )
  const ends = [token, session].map(async (credential) => {
    const url = `${engine.url}/api/orders/${orderId}/events`
    await using stream = await openStream(url, { credential })
    assert.equal((await stream.next()).status, 'pending', 'it was good')
    assert.equal(await stream.next(), undefined, 'the stream has ended')
    assert(Date.now() >= endsAtMs && Date.now() < endsAtMs + 2000)
  })
  await Promise.all(ends)
  return { token, session, orderId }
}

const sessionId = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).jti
