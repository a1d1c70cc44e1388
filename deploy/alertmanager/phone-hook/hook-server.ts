// The hook's HTTP: POST /alerts with the bearer secret that Alertmanager was given. When the provider failed
// the answer is a 502, and Alertmanager sends the same again. No number and no secret is ever logged.

import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readAlerts } from './alerts.ts'
import type { TellPeople } from './tell-people.ts'

interface HookServerDeps {
  tell: TellPeople
  secret: string
  log: (event: Record<string, unknown>) => void
}

const BODY_MAX = 1_048_576
const CONNECTIONS_MAX = 100

export const hookServer = (deps: HookServerDeps): Server => {
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 8192 },
    (request, response) =>
      void answer(deps, request).then(
        ({ status, words }) => send(response, status, words),
        (error: unknown) => {
          deps.log({ event: 'failed', why: String(error) })
          send(response, 500, 'a mistake in the phone hook')
        },
      ),
  )
  server.maxConnections = CONNECTIONS_MAX
  return server
}

interface Answer {
  status: number
  words: string
}

const answer = async (deps: HookServerDeps, request: IncomingMessage): Promise<Answer> => {
  const { method, url } = request
  if (method === 'GET' && url === '/healthz') return { status: 200, words: 'ok' }
  if (url !== '/alerts') return { status: 404, words: 'POST /alerts is all there is' }
  if (method !== 'POST') return { status: 405, words: 'POST it' }
  if (!isKnown(request, deps.secret)) return { status: 401, words: 'the bearer secret is another' }
  const text = await readBody(request)
  if (text === undefined) return { status: 413, words: `at most ${BODY_MAX} bytes` }
  const alerts = readAlerts(text)
  if (alerts === undefined) return { status: 400, words: 'this is no message of Alertmanager' }
  try {
    const { texted, called } = await deps.tell(alerts)
    deps.log({ event: 'told', alerts: alerts.map(({ name }) => name), texted, called })
    return { status: 200, words: `${texted} by text, ${called} by call` }
  } catch (error) {
    deps.log({ event: 'not told', why: (error as Error).message })
    return { status: 502, words: 'the provider failed: send it again' }
  }
}

// Of equal length and compared as a whole: how long it takes says nothing of the secret.
const isKnown = ({ headers }: IncomingMessage, secret: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${secret}`))

const digest = (text: string) => createHash('sha256').update(text).digest()

// Undefined: too long.
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= BODY_MAX) chunks.push(chunk)
    else return undefined
  }
  return Buffer.concat(chunks).toString()
}

// What was not read to its end is not read any more.
const send = (response: ServerResponse, status: number, words: string) => {
  const close = status >= 400 ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': 'text/plain', ...close }).end(`${words}\n`)
}
