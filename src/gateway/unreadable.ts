// What Node cannot take for a request: garbage, headers that are too large, a request that never ends.
// It gets a problem document after every answer that is still owed on its connection and never instead
// of one, so that whoever has taken an order hears of it. Then the connection ends.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Answer, type ProblemCode, problem } from './answers.ts'
import { closing, send } from './attempt-route.ts'
import type { RequestId } from './request-id.ts'

export const unreadable = (requestId: RequestId) => {
  const ending = new WeakSet<Duplex>() // Node reports every further piece of garbage again

  return {
    owed(response: ServerResponse) {
      const socket: Connection = response.req.socket
      socket[LATEST] = response
      response.on('close', forget)
    },

    refuse(error: NodeJS.ErrnoException, socket: Connection) {
      if (error.code === 'ECONNRESET') return socket.destroy()
      if (ending.has(socket)) return // and what comes is still taken, or it would be reset
      if (!socket.writable) return socket.destroy()
      ending.add(socket)
      const refusal = closing(problem(codeOf(error)))
      const last = socket[LATEST]
      if (last === undefined) return hangUp(socket, rawAnswer(refusal, requestId()))
      // Its body is what cannot be read: this is its answer.
      if (!last.req.complete && !last.headersSent) {
        socket.destroySoon = () => linger(socket)
        return send(last, refusal, requestId(last.req))
      }
      last.once('close', () => hangUp(socket, rawAnswer(refusal, requestId())))
    },
  }
}

// Answers leave a connection in the order of its requests: the latest one is the last to leave. It stands on
// the connection itself, because this is done for every request and a map of connections costs five times more.
const LATEST = Symbol('latest response')

// `destroySoon`: what Node does with it after the last answer.
type Connection = Duplex & { [LATEST]?: ServerResponse | undefined; destroySoon?: () => void }

// A connection that is kept open would keep the last request with all that it had.
function forget(this: ServerResponse) {
  const socket: Connection | null = this.req.socket // null: it is gone
  if (socket?.[LATEST] === this) socket[LATEST] = undefined
}

const hangUp = (socket: Duplex, lastWords: string) => {
  if (!socket.writable) return void socket.destroy()
  socket.write(lastWords)
  linger(socket)
}

const LINGER_MS = 3000

// Whoever does not close his side may read the answers, and is not waited for any longer. Closed at once, with
// something that came and was not read, a connection is reset, and its peer loses whatever he has not read yet:
// https://www.rfc-editor.org/rfc/rfc9112#section-9.6
const linger = (socket: Duplex) => {
  socket.end()
  const late = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(late))
}

const codeOf = ({ code }: NodeJS.ErrnoException): ProblemCode => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'header-too-large'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed'
}

const rawAnswer = ({ status, headers, body }: Answer, requestId: string): string => {
  const fields = {
    ...headers,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} \r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

// What could be read and is no request all the same: undefined, or what it is told.
export const unfitFor = ({ headers, httpVersion }: IncomingMessage): Answer | undefined => {
  if (headers.host === undefined && httpVersion === '1.1') return NO_HOST
  // How long a body is must be no matter of opinion: https://www.rfc-editor.org/rfc/rfc9112#section-6.1
  const encoding = headers['transfer-encoding']
  if (encoding === undefined || (/^chunked$/i.test(encoding) && httpVersion === '1.1'))
    return undefined
  return OTHER_FRAMING
}

const NO_HOST = closing(problem('malformed', { detail: 'the Host header is missing' }))

const OTHER_FRAMING = closing(
  problem('malformed', { detail: 'Transfer-Encoding: only chunked, and only in HTTP/1.1' }),
)
