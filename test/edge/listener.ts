// Somebody who listens where a gateway would, and keeps what he is sent: how an answer comes about is the
// test's to say. He stands in for a gateway in trouble, and for no other.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listener extends AsyncDisposable {
  url: string
  heard: Heard[]
  answers(how: (response: ServerResponse, heard: Heard) => void): void
}

export interface Heard {
  method: string
  path: string
  headers: IncomingHttpHeaders
}

export const startListener = async (name = 'listener'): Promise<Listener> => {
  const heard: Heard[] = []
  let answer = (response: ServerResponse, _heard: Heard): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ name }))
  }
  const server = createServer((request, response) => {
    const one = { method: request.method!, path: request.url!, headers: request.headers }
    heard.push(one)
    request.resume().once('end', () => answer(response, one))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answers: (how) => (answer = how),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}
