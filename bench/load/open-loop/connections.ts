// Many connections to one port, each for one request at a time. They come from several addresses of this
// machine, since one has too few ports for all of them; who is closed is opened again.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerLength } from '../answer-length.ts'
import { type HeardAnswer, heardAnswer } from './heard-answer.ts'
import { newLine } from './line.ts'

export interface Connection {
  write(request: Buffer): void
}

export interface Connections extends AsyncDisposable {
  take(): Connection | undefined // one on which nothing is asked
}

export interface Listener {
  heard(connection: Connection, answer: HeardAnswer): void
  closed(connection: Connection): void // by the server, or by what failed
}

const OPENING_MAX = 500 // at once: a server has so many in its backlog
const READ_BYTES = 4096

export const connections = async (
  of: { port: number; connections: number },
  on: Listener,
): Promise<Connections> => {
  const free = newLine<Held>() // in turn, so that none is silent for long
  const all = new Set<Held>()
  const open = (): Held => {
    const held = openOne(of.port, {
      free: () => free.add(held),
      heard: (answer) => on.heard(held, answer),
      closed() {
        all.delete(held)
        on.closed(held)
        open()
      },
    })
    all.add(held)
    return held
  }
  const take = (): Connection | undefined => {
    while (free.length() > 0) {
      const held = free.first()
      free.removeFirst()
      if (all.has(held)) return held
    }
    return undefined
  }

  for (let opened = 0; opened < of.connections; opened += OPENING_MAX) {
    const some = Array.from({ length: Math.min(OPENING_MAX, of.connections - opened) }, open)
    await Promise.all(some.map(({ socket }) => once(socket, 'connect')))
  }
  return {
    take,
    async [Symbol.asyncDispose]() {
      for (const { socket } of all) socket.removeAllListeners('close').destroy()
    },
  }
}

interface Held extends Connection {
  socket: Socket
}

const openOne = (
  port: number,
  on: { free(): void; heard(answer: HeardAnswer): void; closed(): void },
): Held => {
  let isFree = false
  const setFree = () => {
    isFree = true
    on.free()
  }
  const socket = openSocket(port, (bytes) => {
    if (isFree) return // the last words of a server that has waited for too long
    setFree()
    on.heard(heardAnswer(bytes))
  })
  socket.once('connect', setFree)
  socket.once('error', () => undefined) // it closes then
  socket.once('close', on.closed)
  return {
    socket,
    write(request) {
      isFree = false
      socket.write(request)
    },
  }
}

const ADDRESSES = 50

let opened = 0

// Of the loopback network: each has 28,000 ports to ask from.
export const ownAddress = (): string => `127.0.0.${2 + (opened++ % ADDRESSES)}`

const openSocket = (port: number, heard: (answer: Buffer) => void): Socket => {
  let begun: Buffer | undefined // of an answer that came in pieces
  const read = (size: number, buffer: Uint8Array): boolean => {
    const fresh = (buffer as Buffer).subarray(0, size)
    const bytes = begun === undefined ? fresh : Buffer.concat([begun, fresh])
    const length = answerLength(bytes)
    begun = length === undefined || bytes.length < length ? Buffer.from(bytes) : undefined
    if (begun === undefined) heard(bytes)
    return true
  }
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback: read }
  return connect({ port, host: '127.0.0.1', localAddress: ownAddress(), noDelay: true, onread })
}
