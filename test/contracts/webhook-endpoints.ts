// The part of the webhooks' contract that is about endpoints.

import assert from 'node:assert/strict'
import { type Endpoint, ENDPOINTS_MAX } from '../../src/ports/webhooks.ts'
import type { Claims } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleEndpoint, sampleEvent } from './samples.ts'
import type { WebhooksSetup } from './webhooks.ts'

const OPERATOR = { by: 'test', reason: 'new shop' }

export const createdEndpoint = async (
  { webhooks }: Pick<WebhooksSetup, 'webhooks'>,
  set: Parameters<typeof sampleEndpoint>[0] = {},
): Promise<Endpoint> => {
  const endpoint = await webhooks.createEndpoint(sampleEndpoint(set))
  assert(endpoint !== 'full')
  return endpoint
}

const logged = async ({ auditLog }: WebhooksSetup) =>
  (await auditLog.list({ limit: 99 }))
    .map(({ by, change, subject, reason }) => [by, change, subject, reason].join(' | '))
    .toReversed()

export const endpointClaims: Claims<WebhooksSetup> = {
  'an endpoint is read as it was made, without its secret': async (setup) => {
    const { webhooks } = setup
    const { endpointId, ...endpoint } = await createdEndpoint(setup, { types: ['order.paid'] })
    assert.deepEqual(endpoint, {
      url: 'https://shop.example/seckill',
      description: 'the shop',
      types: ['order.paid'],
      enabled: true,
      disabledBecause: undefined,
      createdAtMs: AT_MS,
      version: 1,
      lastDeliveredAtMs: undefined,
    })
    const read = await webhooks.readEndpoint(endpointId)
    assert.deepEqual(read, { endpointId, ...endpoint })
    const second = await createdEndpoint(setup)
    assert.deepEqual(await webhooks.listEndpoints(), [read, second])
    assert.equal(await webhooks.readEndpoint(ID_MAX), undefined)
    const subjects = [endpointId, second.endpointId].map((id) => `webhook-endpoint ${id}`)
    const words = subjects.map((subject) => `test | create-webhook-endpoint | ${subject} | `)
    assert.deepEqual(await logged(setup), words)
  },

  'there are no more endpoints than can be looked after': async (setup) => {
    for (let n = 0; n < ENDPOINTS_MAX; n += 1) await createdEndpoint(setup)
    assert.equal(await setup.webhooks.createEndpoint(sampleEndpoint()), 'full')
    const [first] = await setup.webhooks.listEndpoints()
    const { endpointId } = first!
    assert.ok(await setup.webhooks.deleteEndpoint({ endpointId, nowMs: AT_MS, ...OPERATOR }))
    await createdEndpoint(setup)
    assert.equal((await setup.webhooks.listEndpoints()).length, ENDPOINTS_MAX)
  },

  'a change names the version it changes, and is logged if it changes something': async (setup) => {
    const { webhooks } = setup
    const { endpointId } = await createdEndpoint(setup)
    const change = (versions: number[] | 'any', set: object) =>
      webhooks.changeEndpoint({ endpointId, versions, set, nowMs: AT_MS, ...OPERATOR })
    const changed = await change([1], { description: 'other', types: ['sale.opened'] })
    assert(changed.result === 'changed')
    const { description, types, url, version } = changed.endpoint
    assert.deepEqual(
      [description, types, url, version],
      ['other', ['sale.opened'], 'https://shop.example/seckill', 2],
    )
    assert.deepEqual(await change([1], { description: 'third' }), { result: 'version-changed' })
    assert.deepEqual(await change('any', { description: 'other' }), changed)
    assert.deepEqual(await webhooks.readEndpoint(endpointId), changed.endpoint)
    const nobody = { endpointId: ID_MAX, versions: 'any', set: {}, nowMs: AT_MS } as const
    const answer = await webhooks.changeEndpoint({ ...nobody, ...OPERATOR })
    assert.deepEqual(answer, { result: 'no-such-endpoint' })
    const subject = `webhook-endpoint ${endpointId}`
    assert.deepEqual((await logged(setup)).slice(1), [
      `test | change-webhook-endpoint | ${subject} | new shop`,
    ])
  },

  'whoever disables an endpoint says why, until it is enabled': async (setup) => {
    const { webhooks } = setup
    const { endpointId } = await createdEndpoint(setup)
    const change = async (enabled: boolean, reason: string) => {
      const of = { endpointId, versions: 'any', set: { enabled }, nowMs: AT_MS } as const
      await webhooks.changeEndpoint({ ...of, by: 'test', reason })
      const now = await webhooks.readEndpoint(endpointId)
      const senders = await webhooks.listSenders({ nowMs: AT_MS })
      return [now?.enabled, now?.disabledBecause, senders.length]
    }
    assert.deepEqual(await change(false, 'it is gone'), [false, 'it is gone', 0])
    assert.deepEqual(await change(false, 'another reason'), [false, 'it is gone', 0])
    assert.deepEqual(await change(true, 'it is back'), [true, undefined, 1])
  },

  'only a sender sees secrets, and the old one for as long as it signs': async (setup) => {
    const { webhooks } = setup
    const { endpointId, url } = await createdEndpoint(setup, { secret: 'whsec_one' })
    await createdEndpoint(setup, { enabled: false })
    const rotate = (secret: string, oldUntilMs: number) =>
      webhooks.rotateSecret({ endpointId, secret, oldUntilMs, ...OPERATOR })
    const secretsAt = async (nowMs: number) => {
      const senders = await webhooks.listSenders({ nowMs })
      assert.deepEqual(
        senders.map((sender) => [sender.endpointId, sender.url]),
        [[endpointId, url]],
      )
      return senders[0]!.secrets
    }
    assert.deepEqual(await secretsAt(AT_MS), ['whsec_one'])
    const rotated = await rotate('whsec_two', AT_MS + 10)
    assert.equal(rotated?.version, 2)
    assert.deepEqual(await secretsAt(AT_MS + 9), ['whsec_two', 'whsec_one'])
    assert.deepEqual(await secretsAt(AT_MS + 10), ['whsec_two'])
    await rotate('whsec_three', AT_MS + 10)
    assert.deepEqual(await secretsAt(AT_MS), ['whsec_three', 'whsec_two'])
    const nobody = { endpointId: ID_MAX, secret: 'whsec_four', oldUntilMs: AT_MS }
    assert.equal(await webhooks.rotateSecret({ ...nobody, ...OPERATOR }), undefined)
    const all = JSON.stringify([
      await setup.auditLog.list({ limit: 99 }),
      await webhooks.listEndpoints(),
    ])
    assert.ok(!all.includes('whsec_'), 'no secret is in the audit log or shown')
    const subject = `webhook-endpoint ${endpointId}`
    const last = `test | rotate-webhook-secret | ${subject} | new shop`
    assert.deepEqual((await logged(setup)).slice(2), [last, last])
  },

  'an endpoint that is deleted is found and told no more': async (setup) => {
    const { webhooks } = setup
    const { endpointId } = await createdEndpoint(setup)
    const events = [sampleEvent(orderIdOf('1'), { eventId: 'one' })]
    await webhooks.enqueue({ events, nowMs: AT_MS })
    const remove = () => webhooks.deleteEndpoint({ endpointId, nowMs: AT_MS, ...OPERATOR })
    assert.deepEqual([await remove(), await remove()], [true, false])
    assert.equal(await webhooks.readEndpoint(endpointId), undefined)
    assert.deepEqual(await webhooks.listEndpoints(), [])
    assert.deepEqual(await webhooks.listSenders({ nowMs: AT_MS }), [])
    const due = { endpointId, nowMs: AT_MS, leaseMs: 10, limit: 9 }
    assert.deepEqual(await webhooks.takeDue(due), [])
    const change = { endpointId, versions: 'any', set: { enabled: true }, nowMs: AT_MS } as const
    const { result } = await webhooks.changeEndpoint({ ...change, ...OPERATOR })
    assert.equal(result, 'no-such-endpoint')
    const rotation = { endpointId, secret: 'whsec_two', oldUntilMs: AT_MS }
    assert.equal(await webhooks.rotateSecret({ ...rotation, ...OPERATOR }), undefined)
    const subject = `webhook-endpoint ${endpointId}`
    assert.deepEqual((await logged(setup)).slice(1), [
      `test | delete-webhook-endpoint | ${subject} | new shop`,
    ])
  },
}
