// The port of a process, open from its first moment on. Until the process has what it needs, whoever asks
// is told that it lives, what it waits for, and to come again. It never knows more than that.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, busy, json } from './answers.ts'
import { closing, send } from './attempt-route.ts'
import { build } from './build.ts'
import { requestIds } from './request-id.ts'

export interface Door {
  url: string
  server: Server // listens; whoever takes it over answers all further requests
  wait(missing: string[]): void // answers by itself, also what others answered before
  close(): Promise<void> // nobody else comes in; resolves when all are gone
}

export interface DoorOptions {
  host: string
  port: number // 0: a free one
  version: string
  connectionsMax?: number // more are closed at once
}

const CONNECTIONS_WAITING_MAX = 4096
const CONNECTIONS_MAX = 1000 // where nothing else is said, and only few can have anything to ask

// Rejects when nobody can listen there.
export const openDoor = async (options: DoorOptions): Promise<Door> => {
  const { host, port, version, connectionsMax = CONNECTIONS_MAX } = options
  const requestId = requestIds()
  const server = newServer()
  server.maxConnections = connectionsMax
  let missing: string[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    send(response, closing(answerTo(request, { missing, version })), requestId(request))
  const door = {
    server,
    wait(what: string[]) {
      missing = what
      takeOver(server, { request: answer })
    },
    async close() {
      const late = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS)
      const closed = once(server, 'close')
      NetServer.prototype.close.call(server) // unlike the one of HTTP it ends no connection
      await sleep(ON_THE_WAY_MS)
      server.close() // ends those on which nobody asks
      await closed
      clearTimeout(late)
    },
  }
  door.wait(['start'])
  server.listen({ host, port, backlog: CONNECTIONS_WAITING_MAX })
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return { ...door, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` }
}

// Above nginx's 60 s, so that an edge in front never meets a connection we are just closing.
export const SERVER_LIMITS = {
  keepAliveTimeout: 72_000,
  headersTimeout: 15_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 8192,
}

export const newServer = (limits: Partial<typeof SERVER_LIMITS> = {}): Server =>
  createServer({ ...SERVER_LIMITS, ...limits, requireHostHeader: false })

// What a server tells whoever answers for it.
export interface Listeners {
  request: (request: IncomingMessage, response: ServerResponse) => void
  checkContinue?: (request: IncomingMessage, response: ServerResponse) => void
  checkExpectation?: (request: IncomingMessage, response: ServerResponse) => void
  connect?: (request: IncomingMessage, socket: Duplex) => void
  clientError?: (error: Error, socket: Duplex) => void
}

const EVENTS = ['request', 'checkContinue', 'checkExpectation', 'connect', 'clientError'] as const

// From now on these answer, and nobody else.
export const takeOver = (server: Server, listeners: Listeners): void => {
  for (const event of EVENTS) {
    server.removeAllListeners(event)
    const listener = listeners[event]
    if (listener) server.on(event, listener)
  }
}

// Who asked on an open connection just before the port closed is answered as well.
const ON_THE_WAY_MS = 100

// Whoever has not finished asking by then is not waited for: nobody waits longer for an answer either.
const LAST_REQUESTS_MS = 3000

const answerTo = (
  { url = '' }: IncomingMessage,
  { missing, version }: { missing: string[]; version: string },
): Answer => {
  const path = url.replace(/\?.*$/s, '')
  if (path === '/healthz') return json(200, { status: 'ok', version, build: build() })
  if (path === '/readyz') return json(503, { ready: false, missing })
  return busy({ nowMs: Date.now, chance: Math.random })
}
