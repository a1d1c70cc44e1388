// What buyers are known by never reaches the log: no password, no name, no token, whatever fails.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../support/accounts.ts'
import { AUDIENCE, ISSUER, startIssuer } from '../support/issuer.ts'
import { type Server, startServer } from '../support/server.ts'

const requester =
  ({ url }: Server) =>
  async (method: string, path: string, { credential = '', body = '' } = {}) => {
    const headers: Record<string, string> = { authorization: `Bearer ${credential}` }
    if (body !== '') headers['content-type'] = 'application/json'
    const response = await fetch(url + path, { method, headers, body: body || null })
    return { status: response.status, text: await response.text() }
  }

const assertHidden = (server: Server, secrets: string[]) => {
  for (const secret of secrets)
    assert.ok(!server.output().includes(secret), `${secret.slice(0, 12)}… is in the log`)
}

test('not of those who sign in here', async () => {
  await using server = await startServer({ env: { SECKILL_LOG_LEVEL: 'debug' } })
  const request = requester(server)
  const account = JSON.stringify({ name: 'telltale', password: PASSWORD })
  await request('POST', '/api/buyers', { body: account })
  const { text } = await request('POST', '/api/sessions', { body: account })
  const { sessionToken } = JSON.parse(text) as { sessionToken: string }
  const wrong = JSON.stringify({ name: 'telltale', password: 'incorrect horse' })
  for (const body of [wrong, account.slice(0, -1), account.replace('name', 'nmae')])
    await request('POST', '/api/sessions', { body })
  await request('GET', '/api/sales/1/entries/me', { credential: sessionToken })
  await request('DELETE', '/api/sessions/current', { credential: `${sessionToken}x` })
  assertHidden(server, ['telltale', PASSWORD, 'incorrect horse', sessionToken])
})

test('not of those who sign in elsewhere, also while it cannot be reached', async () => {
  await using issuer = await startIssuer()
  issuer.answerWith('failure')
  await using server = await startServer({
    env: {
      SECKILL_LOG_LEVEL: 'debug',
      SECKILL_IDENTITY: 'jwks',
      SECKILL_JWKS_URL: issuer.url,
      SECKILL_JWKS_ISSUER: ISSUER,
      SECKILL_JWKS_AUDIENCE: AUDIENCE,
    },
  })
  const request = requester(server)
  const credential = await issuer.sign({ claims: { sub: 'telltale' } })
  assert.equal((await request('POST', '/api/sales/1/entries', { credential })).status, 503)
  issuer.answerWith('keys')
  assert.equal((await request('POST', '/api/sales/1/entries', { credential })).status, 404)
  assert.match(server.output(), /IDENTITY_UNREACHABLE/, 'what failed is there')
  assertHidden(server, ['telltale', credential, credential.split('.')[2]!])
})
