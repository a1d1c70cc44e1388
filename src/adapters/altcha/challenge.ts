// Proof of work as altcha has it (https://altcha.org, version 2 of its protocol): find the number below
// `difficulty` whose hash, with salt and nonce, begins as it should. Whose challenge it is and how long it
// is good are signed with it. The time is the caller's, so the library's own expiry is not used.

import { createChallenge, type Payload, randomInt, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import type { AltchaParameters, Challenge } from '../../ports/challenge.ts'

export interface AltchaKey {
  id: string
  secret: string // for challenges alone
}

// One hash a try: hardly any work to verify, and the same for every device to solve.
const HASHING = { algorithm: 'SHA-256', cost: 1, keyLength: 32, keyPrefixLength: 16, deriveKey }

// The first key signs; all verify.
export const altchaChallenge = (keys: AltchaKey[]): Challenge => {
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]))
  const signer = keys[0]!
  return {
    async make({ saleId, buyerId, untilMs, difficulty }) {
      const { parameters, signature } = await createChallenge({
        ...HASHING,
        counter: randomInt(difficulty - 1, 0),
        data: { keyId: signer.id, saleId, buyerId, untilMs, difficulty },
        hmacSignatureSecret: signer.secret,
      })
      return { kind: 'altcha', parameters: parameters as AltchaParameters, signature: signature! }
    },

    async verify({ saleId, buyerId, solution, nowMs }) {
      const payload = readPayload(solution)
      const secret = payload && secrets.get(String(payload.data.keyId))
      if (!payload || secret === undefined || !(await isSolved(payload, secret))) return WRONG
      const { data, nonce } = payload
      if (data.saleId !== saleId || data.buyerId !== buyerId) return WRONG
      const untilMs = Number(data.untilMs)
      if (nowMs >= untilMs) return { result: 'expired' }
      return { result: 'solved', challengeId: nonce, untilMs }
    },
  }
}

const WRONG = { result: 'wrong' } as const

interface Read extends Payload {
  data: Record<string, unknown>
  nonce: string
}

// What clients of altcha send: base64 of JSON.
const readPayload = (solution: string): Read | undefined => {
  try {
    const payload = JSON.parse(Buffer.from(solution, 'base64').toString()) as Payload
    const { data, expiresAt, nonce } = payload.challenge.parameters
    // An expiry of the library's is none of ours, and would be looked at before the signature.
    if (typeof data !== 'object' || data === null || expiresAt !== undefined) return undefined
    return typeof payload.challenge.signature === 'string' ? { ...payload, data, nonce } : undefined
  } catch {
    return undefined
  }
}

const isSolved = async ({ challenge, solution }: Payload, secret: string): Promise<boolean> => {
  const { verified } = await verifySolution({
    challenge,
    solution,
    deriveKey,
    hmacSignatureSecret: secret,
  })
  return verified
}
