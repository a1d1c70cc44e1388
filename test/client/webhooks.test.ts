// The verifier that receivers use: it believes what the sender signed, and nothing else. Held against the
// library that signs here, so that both mean the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import {
  WebhookRefused,
  type WebhookVerifierOptions,
  webhookVerifier,
} from '../../client/webhooks.ts'

const SECRET = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`
const OTHER = `whsec_${Buffer.alloc(24, 'b').toString('base64')}`
const NOW_MS = Date.UTC(2026, 10, 11, 12)
const BODY =
  '{"type":"order.paid","timestamp":"2026-11-11T12:00:00.000Z","data":{"orderId":"手机"}}'

const signed = ({ secret = SECRET, atMs = NOW_MS, id = 'order-1', body = BODY } = {}) => ({
  headers: {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(atMs), body),
  } as Record<string, string>,
  body,
})

const verify = (
  received: Parameters<ReturnType<typeof webhookVerifier>>[0],
  of: Partial<WebhookVerifierOptions> = {},
) => webhookVerifier({ secrets: [SECRET], nowMs: () => NOW_MS, ...of })(received)

const refusedFor = async (received: Parameters<typeof verify>[0], of = {}): Promise<string> => {
  try {
    await verify(received, of)
  } catch (error) {
    assert(error instanceof WebhookRefused, String(error))
    return error.fault
  }
  return 'believed'
}

test('what was signed is believed, as text and as bytes, with headers of any kind', async () => {
  const { headers, body } = signed()
  const expected = { id: 'order-1', sentAt: new Date(NOW_MS), event: JSON.parse(BODY) }
  const shouted = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  )
  for (const own of [headers, new Headers(headers), shouted])
    for (const text of [body, Buffer.from(body), new TextEncoder().encode(body)])
      assert.deepEqual(await verify({ headers: own, body: text }), expected)
})

test('any of several secrets and any of several signatures is good', async () => {
  const { headers, body } = signed({ secret: OTHER })
  assert.equal(await refusedFor({ headers, body }), 'wrong-signature')
  assert.equal(await refusedFor({ headers, body }, { secrets: [SECRET, OTHER] }), 'believed')
  const both = `v1,AAAA v1a,nothing ${headers['webhook-signature']}`
  const several = { ...headers, 'webhook-signature': both }
  assert.equal(await refusedFor({ headers: several, body }, { secrets: [OTHER] }), 'believed')
})

test('whatever is changed is not believed', async () => {
  const { headers, body } = signed()
  const seconds = Number(headers['webhook-timestamp']) + 1
  for (const changed of [
    { headers, body: body.replace('order.paid', 'order.past') },
    { headers, body: `${body} ` },
    { headers: { ...headers, 'webhook-id': 'order-2' }, body },
    { headers: { ...headers, 'webhook-timestamp': String(seconds) }, body },
    {
      headers: { ...headers, 'webhook-signature': headers['webhook-signature']!.slice(0, -2) },
      body,
    },
    { headers: { ...headers, 'webhook-signature': headers['webhook-signature']!.slice(3) }, body },
    { headers: { ...headers, 'webhook-signature': 'v1,' }, body },
    { headers: { ...headers, 'webhook-signature': 'v1,~~~' }, body },
    {
      headers: {
        ...headers,
        'webhook-signature': `${'v1,AAAA '.repeat(10)}${headers['webhook-signature']}`,
      },
      body,
    },
  ])
    assert.equal(await refusedFor(changed), 'wrong-signature')
})

test('what is older than five minutes, or as far ahead, is not believed', async () => {
  for (const [seconds, fault] of [
    [-301, 'too-old'],
    [-300, 'believed'],
    [300, 'believed'],
    [301, 'too-new'],
  ] as const)
    assert.equal(await refusedFor(signed({ atMs: NOW_MS + seconds * 1000 })), fault)
})

test('a header that is missing, twice there, or no number is named', async () => {
  const { headers, body } = signed()
  for (const name of Object.keys(headers))
    for (const value of [undefined, '', ['one', 'two']])
      assert.equal(
        await refusedFor({ headers: { ...headers, [name]: value }, body }),
        'missing-header',
      )
  for (const seconds of ['soon', '1e9', '-1', '1794398400.5', '9'.repeat(13)]) {
    const odd = { ...headers, 'webhook-timestamp': seconds }
    assert.equal(await refusedFor({ headers: odd, body }), 'malformed-timestamp')
  }
})

test('a body that is signed and no JSON is named', async () => {
  assert.equal(await refusedFor(signed({ body: 'torn' })), 'malformed-body')
})

test('a secret that is none is told before anything comes', () => {
  for (const secret of ['', 'whsec_', 'whsec_~'])
    assert.throws(() => webhookVerifier({ secrets: [secret] }), /no webhook secret/)
})

test('two of the same event can be told apart from two events', async () => {
  const [first, again] = [signed(), signed({ atMs: NOW_MS + 5000 })]
  const [one, other] = [await verify(first), await verify(again)]
  assert.equal(one.id, other.id)
  assert.notEqual(one.sentAt.getTime(), other.sentAt.getTime())
})
