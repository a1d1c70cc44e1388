// What Node cannot take for a request: garbage, headers that are too large, a request that never ends.
// It gets a problem document after every answer that is still owed on its connection and never instead
// of one, so that whoever has taken an order hears of it. Then the connection ends.

import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Answer, type ProblemCode, problem } from './answers.ts'
import { closing, send } from './attempt-route.ts'
import type { RequestId } from './request-id.ts'

export const unreadable = (requestId: RequestId) => {
  // Answers leave a connection in the order of its requests: the latest one is the last to leave.
  const latest = new WeakMap<Duplex, ServerResponse>()
  const ending = new WeakSet<Duplex>() // Node reports every further piece of garbage again

  return {
    owed(response: ServerResponse) {
      latest.set(response.req.socket, response)
    },

    refuse(error: NodeJS.ErrnoException, socket: Duplex) {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
      if (ending.has(socket)) return
      ending.add(socket)
      const refusal = closing(problem(codeOf(error)))
      const last = latest.get(socket)
      if (last === undefined || last.closed) return hangUp(socket, rawAnswer(refusal, requestId()))
      // Its body is what cannot be read: this is its answer.
      if (!last.req.complete && !last.headersSent) return send(last, refusal, requestId(last.req))
      last.once('close', () => socket.destroy())
    },
  }
}

// Whoever does not close his side may read the answer, and is not waited for any longer.
const LINGER_MS = 1000

const hangUp = (socket: Duplex, lastWords: string) => {
  socket.end(lastWords)
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
    'x-request-id': requestId,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} \r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
