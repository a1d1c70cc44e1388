// Refusals that every route of a kind may give. They are driven by a request that is right in its form;
// what it names need not be there.

import { OPERATOR, type RequestOptions, VIEWER } from '../support/engine.ts'
import { type Answers, ask, askTwice, type Drive, oneOf } from './asking.ts'
import type { Worlds } from './worlds.ts'

const NOBODY = 'no credential of anybody'

const refused =
  (asked: string, of: RequestOptions): Drive =>
  ({ shop }) =>
    ask(shop, asked, of)

export const operatorsRead = (asked: string): Answers => ({
  unauthorized: refused(asked, { credential: NOBODY }),
})

export const operatorsList = (asked: string): Answers => ({
  ...operatorsRead(asked),
  malformed: refused(`${asked}?colour=red`, {}),
})

// A write that may always be sent again with its key.
export const operatorsRepeatableWrite = (asked: string, body?: object): Answers => ({
  unauthorized: refused(asked, { body, credential: NOBODY }),
  forbidden: refused(asked, { body, credential: VIEWER }),
  malformed: refused(asked, { body, headers: { 'idempotency-key': 'of two words' } }),
  'idempotency-key-reused': async ({ shop }) => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
    await ask(shop, 'POST /api/admin/products?first', { body: product, headers })
    return ask(shop, asked, { body, headers })
  },
  ...(body && withBody(asked)),
})

export const operatorsWrite = (asked: string, body?: object): Answers => ({
  ...operatorsRepeatableWrite(asked, body),
  'idempotency-unknown': async ({ shop, heard }) => {
    const key = crypto.randomUUID()
    const headers = { 'idempotency-key': key, authorization: `Bearer ${OPERATOR}` }
    const replies = await askTwice(shop, { asked, body, headers, heard })
    return oneOf(replies, 'idempotency-unknown')
  },
})

// A body is read when the credential, where it is asked for first, is good.
export const withBody = (
  asked: string,
  credentialOf: (worlds: Worlds) => Promise<string | undefined> = async () => undefined,
): Answers => {
  const refusedBody =
    (of: RequestOptions): Drive =>
    async (worlds) => {
      const credential = await credentialOf(worlds)
      return ask(worlds.shop, asked, { ...of, ...(credential !== undefined && { credential }) })
    }
  return {
    malformed: refusedBody({ raw: '{', headers: { 'content-type': 'application/json' } }),
    'payload-too-large': refusedBody({ body: 'x'.repeat(300_000) }),
    'unsupported-media-type': refusedBody({ raw: 'x', headers: { 'content-type': 'text/plain' } }),
  }
}

// By a credential that no provider of accounts can be asked about.
export const withSession = (asked: string): Answers => ({
  unauthorized: refused(asked, { credential: NOBODY }),
  'identity-unreachable': async ({ unreachable }) => {
    const { engine, issuer } = await unreachable()
    return ask(engine, asked, { credential: await issuer.sign() })
  },
})
