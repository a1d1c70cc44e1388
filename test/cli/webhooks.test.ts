// Webhooks on the command line, against a running server.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { eventually, type Json } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'

let server: Server
let receiver: Receiver

const run = (...words: string[]) =>
  seckill(['webhook', ...words, '--url', server.url], { env: { SECKILL_DATA: server.folder } })

const said = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...words)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  return stdout
}

const asked = async (...words: string[]): Promise<Json> =>
  JSON.parse(await said(...words, '--json'))

before(async () => {
  receiver = await startReceiver()
  server = await startServer({
    env: { SECKILL_WEBHOOK_ALLOW_HOSTS: receiver.host, SECKILL_LOOK_EVERY_MS: '100' },
  })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

test('somebody is told, told again, and told no more', async () => {
  const added = await said('add', '--to', receiver.url, '--events', 'sale.opened,sale.closed')
  const [, endpointId] = /^endpoint (\d+): \S+\nsecret whsec_\S{44}\n$/.exec(added)!
  const shop = operator(server)
  await shop.makeSale({ stock: 1 })
  const { deliveries } = await eventually(
    () => shop.get(`/api/admin/deliveries?endpointId=${endpointId}`),
    (page) => page.deliveries[0]?.status === 'delivered',
  )
  const [{ deliveryId, saleId }] = deliveries
  const line = new RegExp(
    `^${deliveryId} +${endpointId} +sale.opened +${saleId} +delivered +1`,
    'm',
  )
  assert.match(await said('deliveries', '--sale', saleId), line)
  assert.match(await said('replay', deliveryId, '--reason', 'lost'), /is sent again\n$/)
  await receiver.arrived(2)
  assert.match(await said('disable', endpointId!, '--reason', 'it moves'), /, disabled\n$/)
  const edited = await asked('edit', endpointId!, '--description', 'the shop')
  assert.deepEqual([edited.description, edited.enabled], ['the shop', false])
  assert.match(await said('list'), /disabled: it moves +\S+Z +sale\.opened,sale\.closed$/m)
  assert.match(await said('rotate-secret', endpointId!), /^secret whsec_\S+\nthe old one signs/)
  assert.equal(await said('remove', endpointId!), 'removed\n')
  const { code, stderr } = await run('enable', endpointId!)
  assert.equal(code, 1)
  assert.match(stderr, /no such webhook endpoint: "seckill webhook list" shows all/)
})
