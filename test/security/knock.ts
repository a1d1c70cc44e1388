// Asks at a door with this key and nothing else, and reads the answer as far as it has to.

import type { Engine, Reply } from '../support/engine.ts'
import type { Door } from './doors.ts'

export interface Knock {
  authorization?: string | undefined
  path?: string // instead of the door's own
  headers?: Record<string, string>
  signed?: boolean // where bodies are signed
}

export const knock = async (
  engine: Engine,
  { method, door }: { method: string; door: Door },
  of: Knock = {},
): Promise<Reply> => {
  const { authorization, path = door.path, signed = false } = of
  const headers: Record<string, string> = { ...door.headers, ...of.headers }
  if (authorization !== undefined) headers['authorization'] = authorization
  const isStream = door.path.endsWith('/events')
  if (isStream && method === 'GET') return firstOf(engine.url + path, headers)
  if (method === 'HEAD' || door.body === undefined) return engine.request(method, path, { headers })
  if (!signed || !door.sign) return engine.request(method, path, { headers, body: door.body })
  const told = door.sign(JSON.stringify(door.body))
  return engine.request(method, path, { raw: told.raw, headers: { ...headers, ...told.headers } })
}

// The status of a stream that goes on, or the whole of a refusal.
const firstOf = async (url: string, headers: Record<string, string>): Promise<Reply> => {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  const { status, headers: heard } = response
  const body = response.ok ? '' : await response.json()
  leaving.abort()
  return { status, headers: heard, body }
}
