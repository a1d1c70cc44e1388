// Another identity provider, on this machine: it publishes keys, signs tokens with them, replaces them,
// and can be made unreachable.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

export const ISSUER = 'https://accounts.example'
export const AUDIENCE = 'seckill'

export interface Issuer extends AsyncDisposable {
  url: string
  asked: () => number // how often the keys were read
  // A token of a good buyer, with what is given changed.
  sign(of?: {
    claims?: Record<string, unknown>
    header?: Record<string, unknown>
    key?: CryptoKey | Uint8Array
  }): Promise<string>
  publicKey(): CryptoKey
  rotate(): Promise<void> // from here on only the new key is published
  answerWith(answer: IssuerAnswer): void
}

export type IssuerAnswer = 'keys' | 'failure' | 'garbage' | 'nothing'

export const startIssuer = async ({ nowMs = Date.now() } = {}): Promise<Issuer> => {
  let pair = await generateKeyPair('RS256')
  let keyId = 1
  let answerNow: IssuerAnswer = 'keys'
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    void reply(response)
  })

  const reply = async (response: ServerResponse) => {
    if (answerNow === 'nothing') return response.destroy()
    if (answerNow === 'failure') return response.writeHead(500).end('{"keys":[]}')
    if (answerNow === 'garbage') return response.end('<html>')
    const key = {
      ...(await exportJWK(pair.publicKey)),
      kid: String(keyId),
      alg: 'RS256',
      use: 'sig',
    }
    return response.end(JSON.stringify({ keys: [key] }))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/keys`,
    asked: () => asked,
    sign: async ({ claims, header, key } = {}) =>
      new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: '5',
        exp: Math.floor(nowMs / 1000) + 60,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: String(keyId), ...header })
        .sign(key ?? pair.privateKey),
    publicKey: () => pair.publicKey,
    async rotate() {
      pair = await generateKeyPair('RS256')
      keyId += 1
    },
    answerWith(answer) {
      answerNow = answer
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
