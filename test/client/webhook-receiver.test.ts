// The receiver that people start from: each event is done once, what failed comes again, a stranger is
// refused.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { webhookReceiver } from '../../client/examples/webhook-receiver.ts'
import type { VerifiedWebhook } from '../../client/webhooks.ts'
import { webhookHttp } from '../../src/adapters/webhook-http/webhook-http.ts'

const SECRET = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`

test('the example does each event once, and again what it could not do', async () => {
  const seen: string[] = []
  let isBroken = true
  const done = async ({ id }: VerifiedWebhook) => {
    if (isBroken) throw new Error('the shop is down')
    seen.push(id)
  }
  const server = webhookReceiver({ secrets: [SECRET], done })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const transport = webhookHttp({ allowHosts: ['127.0.0.1'] })
  const send = (eventId: string, secret = SECRET) =>
    transport.send({ url, secrets: [secret], eventId, atMs: Date.now(), payload: '{}' })
  try {
    assert.equal((await send('one')).httpStatus, 500)
    isBroken = false
    for (const eventId of ['one', 'one', 'two']) assert.equal((await send(eventId)).httpStatus, 204)
    assert.equal((await send('three', transport.newSecret())).httpStatus, 400)
    assert.deepEqual(seen, ['one', 'two'])
  } finally {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
})
