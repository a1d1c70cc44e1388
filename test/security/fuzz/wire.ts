// One connection on which anything may be said. It hears answers as they were written, and whatever else
// comes is a fault: half an answer, more than was asked for, or silence.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Heard {
  status: number
  headers: Record<string, string> // small letters; of one that came twice both, with a comma
  body: string
}

const LATE_MS = 10_000 // nothing here may take as long, on however busy a machine

export type Fault = string

export interface Said {
  heard: Heard[]
  closed: boolean // by the other side
  fault: Fault | undefined
}

export interface Line {
  // Resolves when so many answers are complete, when the other side has ended, or when it is late.
  say(bytes: Buffer, of: { answers: number; isHead?: (nth: number) => boolean }): Promise<Said>
  isOpen(): boolean
  hangUp(): void
}

// From an address of its own, so that nobody is taken for a crowd.
export const dial = async (url: string, nth: number): Promise<Line> => {
  const { hostname, port } = new URL(url)
  const localAddress = `127.1.${(nth >> 8) & 255}.${nth & 255}`
  const socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true })
  const closing = watchClosing(socket)
  await once(socket, 'connect')
  return {
    say: (bytes, { answers, isHead = () => false }) =>
      sayOn(socket, { bytes, answers, isHead, closing }),
    isOpen: () => !closing.closed && !socket.destroyed && socket.writable,
    hangUp: () => void socket.destroy(),
  }
}

// Says all of it, closes its side, and hears whatever there is to hear.
export const shout = async (url: string, of: { bytes: Buffer; nth: number }): Promise<Said> => {
  const line = await dial(url, of.nth)
  return line.say(of.bytes, { answers: Infinity })
}

interface Closing {
  closed: boolean
  listeners: Set<() => void>
}

const watchClosing = (socket: Socket): Closing => {
  const closing: Closing = { closed: false, listeners: new Set() }
  socket.on('error', () => undefined) // whoever is refused in the middle may be cut off
  const close = () => {
    closing.closed = true
    for (const listener of closing.listeners) listener()
  }
  socket.once('end', close)
  socket.once('close', close)
  return closing
}

interface Saying {
  bytes: Buffer
  answers: number
  isHead: (nth: number) => boolean
  closing: Closing
}

const sayOn = async (
  socket: Socket,
  { bytes, answers, isHead, closing }: Saying,
): Promise<Said> => {
  const { promise, resolve } = Promise.withResolvers<'heard' | 'closed' | 'late'>()
  const heard: Heard[] = []
  let rest: Buffer = Buffer.alloc(0)
  let fault: Fault | undefined
  const listen = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    try {
      while (heard.length < answers) {
        const one = answerIn(rest, isHead(heard.length))
        if (one === undefined) break
        heard.push(one.answer)
        rest = one.rest
      }
    } catch (error) {
      fault = (error as Error).message
      socket.destroy()
    }
    if (heard.length >= answers || isStream(heard.at(-1))) resolve('heard')
  }
  const closed = () => resolve('closed')
  const late = setTimeout(() => resolve('late'), LATE_MS)
  socket.on('data', listen)
  closing.listeners.add(closed)
  if (closing.closed) closed()
  if (answers === Infinity) socket.end(bytes)
  else socket.write(bytes)
  const end = await promise
  clearTimeout(late)
  socket.off('data', listen)
  closing.listeners.delete(closed)
  if (end !== 'heard') socket.destroy()
  if (end === 'late') fault ??= `silent for ${LATE_MS} ms, after ${heard.length} answers`
  // Who cannot be read may have said HEAD: nobody knows, and nothing comes after it.
  const isOver = isLast(heard.at(-1))
  if (end === 'heard' && rest.length > 0 && !isOver)
    fault ??= `more than was asked for: ${rest.toString()}`
  return { heard, closed: end === 'closed', fault }
}

const HEAD = /^HTTP\/1\.1 (\d{3}) [ -~]*\r\n((?:[!#$%&'*+.^_`|~\w-]+: ?[\t -~]*\r\n)*)\r\n$/

// Undefined: it has not all come yet. Throws when it never can be one.
const answerIn = (bytes: Buffer, isHead: boolean): { answer: Heard; rest: Buffer } | undefined => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const text = bytes.toString('latin1', 0, end + 4)
  const [, status, lines] = HEAD.exec(text) ?? fail(`no answer: ${JSON.stringify(text)}`)
  const headers: Record<string, string> = {}
  for (const line of lines!.split('\r\n').filter(Boolean)) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    const value = line.slice(at + 1).trim()
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  const answer = { status: Number(status), headers }
  const after = bytes.subarray(end + 4)
  if (answer.status < 200) return answerIn(after, isHead) // it may go on
  const body = bodyIn(after, { ...answer, isHead })
  return body && { answer: { ...answer, body: body.text }, rest: body.rest }
}

const fail = (why: string): never => {
  throw new Error(why)
}

// It goes on for as long as it likes, and nothing comes after it.
const isStream = (one: Pick<Heard, 'headers'> | undefined) =>
  one?.headers['content-type'] === 'text/event-stream'

// After it nothing is said on this connection. That nginx hangs up after a 412 of its own it does not tell.
export const isLast = (one: Heard | undefined) =>
  one?.headers['connection'] === 'close' ||
  isStream(one) ||
  (one?.status === 412 && one.headers['server'] === 'nginx')

const BODILESS = [204, 304]

const bodyIn = (
  bytes: Buffer,
  { status, headers, isHead }: Omit<Heard, 'body'> & { isHead: boolean },
): { text: string; rest: Buffer } | undefined => {
  if (isHead || BODILESS.includes(status)) return { text: '', rest: bytes }
  if (isStream({ headers })) return { text: '', rest: bytes.subarray(0, 0) }
  if (headers['transfer-encoding'] === 'chunked') return chunksIn(bytes)
  const length = headers['content-length'] ?? fail('an answer without an end')
  if (!/^\d+$/.test(length)) return fail(`an answer of ${length} bytes`)
  if (bytes.length < Number(length)) return undefined
  return { text: bytes.toString('utf8', 0, Number(length)), rest: bytes.subarray(Number(length)) }
}

const chunksIn = (bytes: Buffer): { text: string; rest: Buffer } | undefined => {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (Number.isNaN(size)) return fail('a chunk without a length')
    const next = end + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { text: Buffer.concat(chunks).toString(), rest: bytes.subarray(next) }
    chunks.push(bytes.subarray(end + 2, end + 2 + size))
    at = next
  }
}
