// An HTTP server that keeps what it is sent: the outside of WeCom, of a provider of calls, of whoever hears the
// watchdog. What it answers says the test.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Sent {
  method: string
  path: string // with its query
  headers: IncomingHttpHeaders
  body: string
}

export interface Ear extends AsyncDisposable {
  url: string
  sent: Sent[]
}

export interface Said {
  status: number
  body?: unknown // JSON
}

export const startEar = async (
  answer: (sent: Sent) => Said = () => ({ status: 200 }),
): Promise<Ear> => {
  const sent: Sent[] = []
  const server = createServer((request, response) => {
    const hear = (body: string) => {
      const one = { method: request.method!, path: request.url!, headers: request.headers, body }
      sent.push(one)
      const said = answer(one)
      response.writeHead(said.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(said.body ?? {}))
    }
    text(request).then(hear, () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
