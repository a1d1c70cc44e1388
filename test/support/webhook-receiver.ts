// A server that webhooks are sent to. It answers as it is told, and remembers what came.

import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { until } from '../contracts/contract.ts'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
  type: string
  orderId: string | undefined
}

export interface Receiver extends AsyncDisposable {
  url: string
  host: string // with its port
  received: Received[]
  answerWith(status: number | 'nothing', headers?: Record<string, string>): void
  arrived(count: number): Promise<Received[]> // waits until as many have come
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = []
  let answer: [status: number | 'nothing', headers: Record<string, string>] = [204, {}]
  const server = createServer((request, response) => {
    const [status, headers] = answer
    const answerNow = (body: string) => {
      const { type, data } = body === '' ? { type: '', data: {} } : JSON.parse(body)
      received.push({ headers: request.headers, body, type, orderId: data.orderId })
      if (status !== 'nothing') response.writeHead(status, headers).end()
    }
    text(request).then(answerNow, () => undefined)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/hooks`,
    host,
    received,
    answerWith: (status, headers = {}) => void (answer = [status, headers]),
    arrived: (count) => until(async () => (received.length >= count ? received : undefined), 8000),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
