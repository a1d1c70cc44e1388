// What has no end is sent on as it comes: an order as it changes, what goes on now, a file of all orders.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { OPERATOR } from '../support/engine.ts'
import { openStream } from '../support/event-stream.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { buy } from '../support/order.ts'
import { type Edge, startEdge } from './edge.ts'
import { startListener } from './listener.ts'

suite('through the edge', needsNginx(), () => {
  let edge: Edge

  before(async () => {
    edge = await startEdge({
      isUnlimited: true,
      // A stream that waited for the usual time would not live until its second event.
      changed: { 'limits.conf': [['proxy_read_timeout 2900ms', 'proxy_read_timeout 100ms']] },
    })
  })

  after(() => edge[Symbol.asyncDispose]())

  test('an order is seen as it changes, after a silence as well', async () => {
    const saleId = await edge.engine.sale()
    const { orderId, token } = await buy(edge.engine, saleId, '1')
    const url = `${edge.nginx.url}/api/orders/${orderId}/events`
    await using stream = await openStream(url, { credential: token })
    assert.equal(stream.status, 200)
    assert.equal(stream.headers.get('content-type'), 'text/event-stream')
    assert.equal((await stream.next()).status, 'pending')
    await new Promise((resolve) => setTimeout(resolve, 300)) // longer than others are waited for
    await edge.engine.request('POST', `/api/orders/${orderId}/cancel`, { credential: token })
    assert.equal((await stream.next()).status, 'cancelled')
    assert.equal(await stream.next(), undefined)
  })

  test('operators see every second what goes on', async () => {
    const url = `${edge.nginx.url}/api/admin/overview/events`
    await using stream = await openStream(url, { credential: OPERATOR })
    const [first, second] = [await stream.next(), await stream.next()]
    assert.notDeepEqual(first, second)
  })

  test('orders come as a file', async () => {
    const saleId = await edge.engine.sale()
    const { orderId } = await buy(edge.engine, saleId, '2')
    const path = `/api/admin/orders?saleId=${saleId}&format=csv`
    const { body, headers } = await edge.front.request('GET', path, { credential: OPERATOR })
    assert.match(headers.get('content-type')!, /^text\/csv/)
    assert.match(headers.get('content-disposition')!, /^attachment/)
    assert.match(body, new RegExp(`^${orderId},`, 'm'))
  })

  test('the beginning of a long answer for operators is there before its end is made', async () => {
    await using gateway = await startListener()
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>()
    gateway.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/csv' }).write('first line\n')
      void isRead.then(() => response.end('last line\n'))
    })
    await using own = await startEdge({ gateways: [gateway.url] })
    const reply = await fetch(`${own.nginx.url}/api/admin/orders?format=csv`)
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader()
    assert.equal((await reader.read()).value, 'first line\n')
    read()
    assert.equal((await reader.read()).value, 'last line\n')
  })
})
