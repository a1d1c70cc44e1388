// Accounts of the shop, for tests that need a buyer who is signed in.

import type { Engine } from './engine.ts'

export const PASSWORD = 'correct horse battery'

export const signUp = (engine: Engine, name: string, headers: Record<string, string> = {}) =>
  engine.request('POST', '/api/buyers', { body: { name, password: PASSWORD }, headers })

export const signIn = (
  engine: Engine,
  name: string,
  {
    password = PASSWORD,
    headers = {},
  }: { password?: string; headers?: Record<string, string> } = {},
) => engine.request('POST', '/api/sessions', { body: { name, password }, headers })

// A new account, signed in.
export const newBuyer = async (engine: Engine, name: string) => {
  const { buyerId } = (await signUp(engine, name)).body as { buyerId: string }
  const { sessionToken } = (await signIn(engine, name)).body as { sessionToken: string }
  return { buyerId, sessionToken }
}

// Whether a session still opens the door of the buyer's own entries.
export const isSignedIn = async (engine: Engine, saleId: string, credential: string) => {
  const reply = await engine.request('GET', `/api/sales/${saleId}/entries/me`, { credential })
  return reply.status !== 401
}
