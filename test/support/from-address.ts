// Attempts from an address of the loopback network that the test chooses, as if from many machines.

import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Json } from './engine.ts'

export interface AttemptFrom {
  address: string // of 127.0.0.0/8
  saleId: string
  token: string
}

// The code or outcome that is answered.
export const attemptFrom = (url: string, { address, saleId, token }: AttemptFrom) =>
  new Promise<string>((resolve, reject) => {
    const asked = request(`${url}/api/sales/${saleId}/attempts`, {
      method: 'POST',
      localAddress: address,
      agent: false,
      headers: { authorization: `Bearer ${token}` },
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      json(response).then((body: Json) => resolve(body.outcome ?? body.code), reject)
    })
    asked.end()
  })

// Another signature under the same claims.
export const forgedFrom = (token: string): string => {
  const [version, payload, code] = token.split('.')
  return [version, payload, code!.split('').reverse().join('')].join('.')
}
