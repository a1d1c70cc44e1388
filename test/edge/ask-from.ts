// One request from an address of one's own: on Linux every address of 127.0.0.0/8 is this machine.

import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Json } from '../support/engine.ts'

export interface Asked {
  address?: string
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Told {
  status: number
  headers: Record<string, string | undefined>
  text: string
  body: Json // undefined where it is no JSON
}

export const askFrom = async (url: string, of: Asked): Promise<Told> => {
  const { address = '127.0.0.1', body, headers = {}, method = 'GET', path } = of
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Told>()
  const place = { hostname, port, method, path, localAddress: address, agent: false as const }
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const asking = request({ ...place, headers: { ...headers, ...length } })
  asking.once('error', reject)
  asking.once('response', (answer) => {
    text(answer).then((read) => {
      const isJson = answer.headers['content-type']?.includes('json') && read !== ''
      resolve({
        status: answer.statusCode!,
        headers: answer.headers as Told['headers'],
        text: read,
        body: isJson ? JSON.parse(read) : undefined,
      })
    }, reject)
  })
  asking.end(body)
  return promise
}
