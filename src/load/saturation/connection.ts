// One connection of a closed loop, straight on a socket: the next attempt leaves when the last one was
// answered. A connection that ends is counted and opened again.

import { connect, type Socket } from 'node:net'
import { answerLength, answerOutcome } from './answer.ts'

export interface ConnectionDeps {
  host: string
  port: number
  next(): Buffer | undefined // the next attempt; undefined: there is none any more
  heard(outcome: string, tookMs: number): void
  isOver(): boolean
  fault(why: string): void // an attempt that was not answered, or a connection that was not opened
}

const READ_BYTES = 16_384
const OPENS_AGAIN_MS = 100
const ANSWERS_WITHIN_MS = 10_000

// Resolves when there is nothing more to send.
export const connection = (deps: ConnectionDeps): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const open = () => {
    const { socket, isDone } = ask(deps, reject)
    let fault = 'socket closed'
    socket.once('timeout', () => socket.destroy())
    socket.once('error', (error: NodeJS.ErrnoException) => (fault = error.code ?? fault))
    socket.once('close', () => {
      if (isDone()) return resolve()
      deps.fault(fault)
      setTimeout(() => (deps.isOver() ? resolve() : open()), OPENS_AGAIN_MS)
    })
  }
  open()
  return promise
}

// Asks on one socket until there is nothing more to send, or until it ends.
const ask = (deps: ConnectionDeps, reject: (error: Error) => void) => {
  let isDone = false
  let sentAtMs = 0
  let begun: Buffer | undefined // of an answer that came in pieces

  const send = () => {
    const attempt = deps.next()
    if (attempt === undefined) return end()
    sentAtMs = performance.now()
    socket.write(attempt)
  }

  const end = () => {
    isDone = true
    socket.destroy()
  }

  const read = (fresh: Buffer) => {
    const bytes = begun === undefined ? fresh : Buffer.concat([begun, fresh])
    const length = answerLength(bytes)
    if (length === undefined || bytes.length < length) return void (begun = Buffer.from(bytes))
    begun = undefined
    deps.heard(answerOutcome(bytes), performance.now() - sentAtMs)
    send()
  }

  const socket = openSocket(deps, (bytes) => {
    try {
      read(bytes)
    } catch (error) {
      reject(error as Error)
      end()
    }
  })
  socket.once('connect', send)
  return { socket, isDone: () => isDone }
}

const openSocket = (
  { host, port }: Pick<ConnectionDeps, 'host' | 'port'>,
  read: (bytes: Buffer) => void,
): Socket => {
  const callback = (size: number, buffer: Uint8Array): boolean => {
    read((buffer as Buffer).subarray(0, size))
    return true
  }
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback }
  return connect({ host, port, noDelay: true, timeout: ANSWERS_WITHIN_MS, onread })
}
