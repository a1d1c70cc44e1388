// HTTP as bytes: says what no client would say, and hears all there is to hear.

import { connect } from 'node:net'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Json } from '../support/engine.ts'

export interface Heard {
  text: string
  statuses: number[]
  codes: string[] // of refusals
  closed: boolean // by the other side, in time
}

const WITHIN_MS = 2000

export const talk = async (url: string, bytes: string | Buffer): Promise<Heard> => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const heard: string[] = []
  const { promise: over, resolve } = Promise.withResolvers<boolean>()
  const late = setTimeout(() => resolve(false), WITHIN_MS)
  socket.on('data', (part) => heard.push(part.toString('latin1')))
  socket.on('error', () => undefined) // whoever is refused in the middle may be cut off
  socket.once('close', () => resolve(true))
  socket.write(bytes)
  const closed = await over
  clearTimeout(late)
  socket.destroy()
  const said = heard.join('')
  const statuses = [...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
  const codes = [...said.matchAll(/"code":"([\w-]+)"/g)].map(([, code]) => code!)
  return { text: said, statuses, codes, closed }
}

export interface Asked {
  method: string
  path: string
  headers?: Record<string, string>
  body?: Json
}

// A path exactly as it is written: `fetch` would tidy it up.
export const askAsWritten = async (
  url: string,
  { method, path, headers = {}, body }: Asked,
): Promise<{ status: number; code: string | undefined }> => {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
  const { hostname, port } = new URL(url)
  const sent = body === undefined ? undefined : JSON.stringify(body)
  const length = String(Buffer.byteLength(sent ?? ''))
  const more =
    sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': length }
  const asking = request({ hostname, port, method, path, headers: { ...headers, ...more } })
  asking.once('error', reject)
  asking.once('response', (answer) => {
    const { statusCode: status = 0 } = answer
    if (answer.headers['content-type'] === 'text/event-stream') {
      answer.destroy()
      return resolve({ status, body: '' })
    }
    text(answer).then((read) => resolve({ status, body: read }), reject)
  })
  asking.end(sent)
  const heard = await promise
  return { status: heard.status, code: /"code":"([\w-]+)"/.exec(heard.body)?.[1] }
}
