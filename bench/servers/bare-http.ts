// The baseline, a program of its own: a bare node:http server that knows one answer and gives it to
// everybody, unread. Its argument is that answer as JSON. Nothing that answers over node:http can be
// faster than this.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FixedAnswer {
  status: number
  headers: string[] // name, value, name, value …
  body: string
}

const { status, headers, body } = JSON.parse(process.argv[2]!) as FixedAnswer

const server = createServer({ keepAliveTimeout: 72_000 }, (_request, response) => {
  response.writeHead(status, headers)
  response.end(body)
})

server.listen(0, '127.0.0.1', 4096, () => {
  console.log(`running at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
