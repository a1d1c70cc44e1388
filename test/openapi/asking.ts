// How drivers ask. A driver makes the real server give one answer that the document names, by its name:
// the code of a refusal, else the status.

import assert from 'node:assert/strict'
import { Client } from 'undici'
import {
  type Engine,
  type Heard,
  OPERATOR,
  type Reply,
  type RequestOptions,
} from '../support/engine.ts'
import { openStream } from '../support/event-stream.ts'
import type { Worlds } from './worlds.ts'

export type Drive = (worlds: Worlds) => Promise<Reply>

// Of one operation, by the name of the answer.
export type Answers = Record<string, Drive>

// By the name of the operation: `GET /api/time`.
export type Drivers = Record<string, Answers>

// `POST /api/admin/stop` as an operator, unless it says otherwise.
export const ask = (engine: Engine, asked: string, of: RequestOptions = {}): Promise<Reply> => {
  const [method, path] = asked.split(' ') as [string, string]
  const isOperators = path.startsWith('/api/admin/') || path === '/metrics'
  return engine.request(method, path, { ...(isOperators && { credential: OPERATOR }), ...of })
}

interface AskedTwice {
  asked: string
  body: object | undefined
  headers: Record<string, string>
  heard: Heard
}

// The same twice: the server has heard both before it has answered one. Both connections are open
// already, and the server runs in this very thread.
export const askTwice = async (engine: Engine, of: AskedTwice): Promise<Reply[]> => {
  await using clients = new AsyncDisposableStack()
  const open = async () => {
    const client = clients.adopt(new Client(engine.url), (one) => one.close())
    await (await client.request({ method: 'GET', path: '/healthz' })).body.dump()
    return client
  }
  const both = [await open(), await open()]
  return await Promise.all(both.map((client) => askBy(client, of)))
}

const askBy = async (
  client: Client,
  { asked, body, headers, heard }: AskedTwice,
): Promise<Reply> => {
  const [method, path] = asked.split(' ') as [string, string]
  const sent = body && { body: JSON.stringify(body) }
  const type = body && { 'content-type': 'application/json' }
  const answered = await client.request({ method, path, ...sent, headers: { ...type, ...headers } })
  const text = await answered.body.text()
  const reply = {
    status: answered.statusCode,
    headers: new Headers(answered.headers as Record<string, string>),
    body: text === '' ? text : JSON.parse(text),
  }
  heard({ method, path, reply })
  return reply
}

// The first that is as wanted.
export const oneOf = (replies: Reply[], code: string): Reply => {
  const found = replies.find(({ body }) => body.code === code)
  assert(found, `${code}: none of ${JSON.stringify(replies)}`)
  return found
}

// The head of a stream with its first event.
export const streamOf = async (
  engine: Engine,
  path: string,
  credential: string,
): Promise<Reply> => {
  await using stream = await openStream(engine.url + path, { credential })
  await stream.next()
  return { status: stream.status, headers: stream.headers, body: stream.raw() }
}

// What one is told of many who watch at once, when there is room for `max`.
export const oneTooMany = async (
  engine: Engine,
  { path, credential, max }: { path: string; credential: string; max: number },
): Promise<Reply> => {
  await using streams = new AsyncDisposableStack()
  const open = async () => streams.use(await openStream(engine.url + path, { credential }))
  const all = await Promise.all(Array.from({ length: max + 1 }, open))
  const refused = all.find(({ status }) => status !== 200)
  assert(refused, 'there was room for one more')
  await refused.next()
  const { status, headers } = refused
  return { status, headers, body: JSON.parse(refused.raw()) }
}
