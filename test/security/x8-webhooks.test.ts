// X8: webhooks reach no private address unless it is allowed by name: not by its number in any spelling,
// not by a name that leads to it, not by a name that leads elsewhere the second time, not by a redirect;
// and nobody who receives them holds the sender up for long or fills its memory.

import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { webhookHttp, type WebhookHttpDeps } from '../../src/adapters/webhook-http/webhook-http.ts'
import { isPublicAddress } from '../../src/domain/public-address.ts'
import type { WebhookMessage } from '../../src/ports/webhook-transport.ts'
import { startReceiver } from '../support/webhook-receiver.ts'

const SECRET = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`

const message = (url: string): WebhookMessage => ({
  url,
  secrets: [SECRET],
  eventId: 'one',
  atMs: Date.now(),
  payload: '{"type":"order.paid","data":{}}',
})

const send = (url: string, deps: Partial<WebhookHttpDeps> = {}) =>
  webhookHttp({ allowHosts: [], ...deps }).send(message(url))

const answers = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const NOT_PUBLIC: Record<string, string[]> = {
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'unique local': ['fc00::1', 'fd00:ec2::254'],
  'link-local': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0'],
  'behind a carrier’s NAT': ['100.64.0.1', '100.100.100.200', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255', '192.0.0.1', '198.18.0.1', '100::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  'the platform of a cloud': ['168.63.129.16'],
  'IPv4 in IPv6 clothes': ['::ffff:127.0.0.1', '::ffff:a00:1', '::127.0.0.1', '::ffff:0:127.0.0.1'],
  'IPv4 behind NAT64': ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1'],
  'IPv4 behind 6to4 and Teredo': [
    '2002:7f00:1::',
    '2002:808:808::1',
    '2001:0:a00:1::',
    '192.88.99.1',
  ],
  'site-local': ['fec0::1'],
  'no address': ['', 'localhost', '1', '0x7f.1', '127.1', '10.0.0.01'],
}

suite('X8 addresses', () => {
  for (const [kind, all] of Object.entries(NOT_PUBLIC))
    test(`${kind}: not public`, () => {
      for (const address of all) assert.equal(isPublicAddress(address), false, address)
    })

  test('what lies beside them is public', () => {
    for (const address of [
      '1.1.1.1',
      '8.8.8.8',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '223.255.255.255',
      '::ffff:8.8.8.8',
      '2606:4700:4700::1111',
      '2a00:1450:4001:830::200e',
    ])
      assert.equal(isPublicAddress(address), true, address)
  })
})

suite('X8 webhooks', () => {
  test('nothing is sent to a private address by its number, in any spelling', async () => {
    await using receiver = await startReceiver()
    const { port } = new URL(receiver.url)
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '①②⑦.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'shop.localhost',
    ])
      for (const scheme of ['https', 'http']) {
        const sent = await send(`${scheme}://${host}:${port}/`)
        assert.equal(sent.result, 'failed', host)
        assert.match(JSON.stringify(sent), /SECKILL_WEBHOOK_ALLOW_HOSTS/)
      }
    assert.equal(receiver.received.length, 0)
  })

  test('nothing is sent when any address of the name is private', async () => {
    for (const all of [['127.0.0.1'], ['1.1.1.1', '10.0.0.1'], ['::1', '1.1.1.1'], []]) {
      const resolve = async () => answers(...all)
      const sent = await send('https://shop.example/', { resolve })
      const failure = 'the host has an address that is not public'
      assert.deepEqual(sent, { result: 'failed', httpStatus: undefined, failure })
    }
  })

  test('a name is looked up once, and what was looked at is what is connected to', async () => {
    await using receiver = await startReceiver()
    const { port } = new URL(receiver.url)
    let looked = 0
    const resolve = async () => {
      looked += 1
      return answers(looked === 1 ? '127.0.0.1' : '127.0.0.2')
    }
    const allowHosts = ['shop.internal']
    const sent = await send(`http://shop.internal:${port}/`, { allowHosts, resolve })
    assert.deepEqual([sent.result, looked, receiver.received.length], ['delivered', 1, 1])
    assert.equal(receiver.received[0]!.headers.host, `shop.internal:${port}`)
  })

  test('each try looks at the addresses anew', async () => {
    let looked = 0
    const resolve = async () => {
      looked += 1
      return answers('10.0.0.1')
    }
    const transport = webhookHttp({ allowHosts: [], resolve })
    for (let n = 0; n < 2; n += 1) await transport.send(message('https://shop.example/'))
    assert.equal(looked, 2)
  })

  test('a host that is allowed by name and port is allowed on no other', async () => {
    await using allowed = await startReceiver()
    await using other = await startReceiver()
    const deps = { allowHosts: [allowed.host] }
    assert.equal((await send(allowed.url, deps)).result, 'delivered')
    assert.equal((await send(other.url, deps)).result, 'failed')
    assert.equal(other.received.length, 0)
  })

  test('a redirect is followed nowhere', async () => {
    await using inside = await startReceiver()
    await using receiver = await startReceiver()
    const deps = { allowHosts: ['127.0.0.1'] }
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answerWith(status, { location: inside.url })
      const sent = await send(receiver.url, deps)
      assert.deepEqual([sent.result, sent.httpStatus], ['failed', status])
    }
    assert.equal(inside.received.length, 0)
  })

  test('who never answers is waited for no longer than agreed', async () => {
    await using receiver = await startReceiver()
    receiver.answerWith('nothing')
    const sent = await send(receiver.url, { allowHosts: ['127.0.0.1'], timeoutMs: 100 })
    const failure = 'no answer within 0.1 s'
    assert.deepEqual(sent, { result: 'failed', httpStatus: undefined, failure })
  })

  test('an answer without end is not read to its end', async () => {
    await using server = await startEndless()
    const sent = await send(server.url, { allowHosts: ['127.0.0.1'] })
    assert.deepEqual(sent, { result: 'delivered', httpStatus: 200 })
    assert(server.written() < 10_000_000)
  })

  test('who cannot be reached is named by what went wrong', async () => {
    const receiver = await startReceiver()
    await receiver[Symbol.asyncDispose]()
    const sent = await send(receiver.url, { allowHosts: ['127.0.0.1'] })
    assert.equal(sent.result === 'failed' && sent.failure, 'econnrefused')
  })

  test('a receiver without a good certificate gets nothing', async () => {
    await using receiver = await startReceiver()
    const url = receiver.url.replace('http:', 'https:')
    assert.equal((await send(url, { allowHosts: ['127.0.0.1'] })).result, 'failed')
    assert.equal(receiver.received.length, 0)
  })
})

// It answers without end, as fast as it is read.
const startEndless = async () => {
  let written = 0
  const server: Server = createServer((_, response) => {
    const more = () => {
      while (!response.destroyed) {
        written += 65_536
        if (!response.write(Buffer.alloc(65_536))) return
      }
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    written: () => written,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
