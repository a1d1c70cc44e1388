// Sends prepared requests over raw sockets, one in flight on each, as fast as they are answered. It
// reads no more of an answer than its status and its length, and it never sleeps: a server that has to
// wake its peer pays for that with every answer, and a slow one more often than a fast one.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { answerLength, answerStatus } from './answer-length.ts'

export interface SendAll {
  port: number
  requests: Buffer[]
  from: number
  count: number
  connections: number
}

const ANSWERS_WITHIN_MS = 60_000
const READ_BYTES = 16_384

export interface Sent {
  statuses: Record<string, number> // answers by status
  startedAt: number // the first request, by performance.now()
  endedAt: number // the last answer
  idleMs: number // of that time, with no answer to read
}

// Resolves when all requests are answered; rejects when a connection ends before, or when it takes too
// long. The clock starts when all connections are open.
export const sendAll = async (of: SendAll): Promise<Sent> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const statuses = new Uint32Array(1000)
  let sent = 0
  let answered = 0

  const next = (socket: Socket) => {
    if (sent === of.count) return
    socket.write(of.requests[(of.from + sent) % of.requests.length]!)
    sent += 1
  }
  const answer = (socket: Socket, status: number) => {
    statuses[status]! += 1
    answered += 1
    if (answered === of.count) resolve()
    else next(socket)
  }

  const timer = setTimeout(() => reject(new Error('the answers take too long')), ANSWERS_WITHIN_MS)
  const sockets = Array.from({ length: of.connections }, () => open(of.port, { answer, reject }))
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const startedAt = performance.now()
    const watch = stayAwake(() => answered)
    for (const socket of sockets) next(socket)
    await promise.finally(watch.end)
    const endedAt = performance.now()
    return { statuses: byStatus(statuses), startedAt, endedAt, idleMs: watch.idleMs() }
  } finally {
    clearTimeout(timer)
    for (const socket of sockets) socket.removeAllListeners('close').destroy()
  }
}

// Turns the event loop without a rest, and adds up the turns in which there was nothing to read.
const stayAwake = (answered: () => number) => {
  let idleMs = 0
  let seen = answered()
  let turnedAt = performance.now()
  const turn = () => {
    const now = performance.now()
    if (answered() === seen) idleMs += now - turnedAt
    seen = answered()
    turnedAt = now
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  return { idleMs: () => idleMs, end: () => clearImmediate(next) }
}

const open = (
  port: number,
  on: { answer: (socket: Socket, status: number) => void; reject: (error: Error) => void },
): Socket => {
  let begun = Buffer.alloc(0) // of an answer that came in pieces
  const read = (size: number, buffer: Uint8Array): boolean => {
    const fresh = (buffer as Buffer).subarray(0, size)
    const bytes = begun.length === 0 ? fresh : Buffer.concat([begun, fresh])
    const length = answerLength(bytes)
    if (length === undefined || bytes.length < length) {
      begun = Buffer.from(bytes)
      return true
    }
    if (begun.length > 0) begun = Buffer.alloc(0)
    on.answer(socket, answerStatus(bytes))
    return true
  }
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback: read }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  socket.on('error', on.reject)
  socket.on('close', () => on.reject(new Error('the server closed a connection')))
  return socket
}

const byStatus = (statuses: Uint32Array): Record<string, number> =>
  Object.fromEntries([...statuses.entries()].filter(([, count]) => count > 0))
