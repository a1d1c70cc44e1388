// Several gateways: a buyer stays with his, one that is gone is left out, and what was sent is never sent
// to a second one.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { eventually } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { type NginxServer, startNginx } from '../support/nginx-server.ts'
import { askFrom } from './ask-from.ts'
import { type Listener, startListener } from './listener.ts'

const BUYERS = 60
const NAMES = ['one', 'two', 'three']

const startThree = async () => {
  const gateways = await Promise.all(NAMES.map((name) => startListener(name)))
  const nginx = await startNginx({ gateways: gateways.map(({ url }) => url), isUnlimited: true })
  return {
    gateways,
    nginx,
    async [Symbol.asyncDispose]() {
      await nginx.stop()
      await Promise.all(gateways.map((one) => one[Symbol.asyncDispose]()))
    },
  }
}

const tokens = Array.from({ length: BUYERS }, (_, at) => `token-of-${at}`)

const attempt = (nginx: NginxServer, token: string, path = '/api/sales/1/attempts') =>
  askFrom(nginx.url, { method: 'POST', path, headers: { authorization: `Bearer ${token}` } })

// Which gateway each buyer was sent to.
const placesOf = async (nginx: NginxServer) => {
  const told = await Promise.all(tokens.map((token) => attempt(nginx, token)))
  return told.map(({ body }) => body.name as string)
}

const breaksOff = (gateway: Listener) => gateway.answers((response) => response.destroy())

suite('behind the edge', needsNginx(), () => {
  test('each buyer has one gateway, whatever is asked from wherever, and all have some', async () => {
    await using fleet = await startThree()
    const places = await placesOf(fleet.nginx)
    assert.deepEqual(await placesOf(fleet.nginx), places)
    for (const name of NAMES)
      assert(places.filter((one) => one === name).length > BUYERS / 10, `${places.join()}`)
    const headers = { authorization: `Bearer ${tokens[0]}` }
    for (const address of ['127.0.0.2', '127.0.0.3']) {
      const told = await askFrom(fleet.nginx.url, { path: '/api/orders/1', headers, address })
      assert.equal(told.body.name, places[0])
    }
  })

  test('the word before a token takes nobody to another gateway', async () => {
    await using fleet = await startThree()
    for (const token of tokens.slice(0, 10)) {
      const words = ['Bearer', 'bearer', 'BEARER', 'bEaReR']
      const told = await Promise.all(
        words.map((word) => {
          const headers = { authorization: `${word} ${token}` }
          return askFrom(fleet.nginx.url, { path: '/api/orders/1', headers })
        }),
      )
      assert.equal(new Set(told.map(({ body }) => body.name)).size, 1)
    }
  })

  test('whoever has no token is sent by his address', async () => {
    await using fleet = await startThree()
    const ask = async (address: string) =>
      (await askFrom(fleet.nginx.url, { path: '/api/time', address })).body.name as string
    const addresses = Array.from({ length: 30 }, (_, at) => `127.0.2.${at + 1}`)
    const first = await Promise.all(addresses.map(ask))
    assert.deepEqual(await Promise.all(addresses.map(ask)), first)
    assert(new Set(first).size > 1)
  })

  test('a gateway that is gone is left out, its buyers go to another, and only they', async () => {
    await using fleet = await startThree()
    const before = await placesOf(fleet.nginx)
    await fleet.gateways[0]![Symbol.asyncDispose]()
    const told = await Promise.all(tokens.map((token) => attempt(fleet.nginx, token)))
    assert(
      told.every(({ status }) => status === 200),
      'nobody notices',
    )
    const after = await placesOf(fleet.nginx)
    before.forEach((place, at) => {
      if (place === 'one') assert.notEqual(after[at], 'one')
      else assert.equal(after[at], place)
    })
  })

  test('a new gateway takes its share of buyers, and no other moves', async () => {
    await using fleet = await startThree()
    const [one, two] = fleet.gateways
    await fleet.nginx.restart([one!.url, two!.url])
    const before = await placesOf(fleet.nginx)
    await fleet.nginx.restart()
    const after = await placesOf(fleet.nginx)
    const moved = after.filter((place, at) => place !== before[at])
    assert(moved.length > 0 && moved.every((place) => place === 'three'), moved.join())
  })

  test('what was posted to a gateway that dies over it is posted to no other', async () => {
    await using fleet = await startThree()
    fleet.gateways.forEach(breaksOff)
    const paths = ['/api/sales/1/attempts', '/api/orders/1/payment', '/api/payments/webhook']
    for (const path of paths) {
      const told = await attempt(fleet.nginx, 'somebody', path)
      assert.deepEqual([told.status, told.body.code], [503, 'busy'], path)
      assert.match(told.headers['retry-after']!, /^[123]$/)
      const heard = fleet.gateways.flatMap((one) => one.heard.filter((of) => of.path === path))
      assert.equal(heard.length, 1, path)
    }
    const patch = { method: 'PATCH', path: '/api/admin/sales/1', body: '{}' }
    assert.equal((await askFrom(fleet.nginx.url, patch)).status, 503)
    const patched = fleet.gateways.flatMap(({ heard }) => heard.filter(isPatch))
    assert.equal(patched.length, 1)
  })

  test('what is only read is read from another gateway', async () => {
    await using fleet = await startThree()
    breaksOff(fleet.gateways[0]!)
    breaksOff(fleet.gateways[1]!)
    const told = await askFrom(fleet.nginx.url, { path: '/api/time' })
    assert.deepEqual([told.status, told.body.name], [200, 'three'])
  })

  test('connections to a gateway are used again', async () => {
    await using fleet = await startThree()
    const sockets = new Set<unknown>()
    fleet.gateways.forEach((one) =>
      one.answers((response) => {
        sockets.add(response.socket)
        response.end('{}')
      }),
    )
    for (let count = 0; count < 20; count += 1) await attempt(fleet.nginx, 'one and the same')
    assert.equal(sockets.size, 1)
  })

  test('with no gateway there is an answer at once, and the next one is found by itself', async () => {
    const gateway = await startListener()
    await using nginx = await startNginx({ gateways: [gateway.url], isUnlimited: true })
    await gateway[Symbol.asyncDispose]()
    const startedMs = performance.now()
    for (let count = 0; count < 5; count += 1) {
      const told = await attempt(nginx, 'somebody')
      assert.deepEqual([told.status, told.body.code], [503, 'busy'])
    }
    assert(performance.now() - startedMs < 1000)
    await using another = await startListener()
    await nginx.restart([another.url])
    await eventually(
      () => attempt(nginx, 'somebody'),
      ({ status }) => status === 200,
    )
  })

  test('a gateway that does not answer is not waited for longer than three seconds', async () => {
    await using gateway = await startListener()
    gateway.answers(() => undefined)
    await using nginx = await startNginx({
      gateways: [gateway.url],
      isUnlimited: true,
      changed: { 'limits.conf': [['proxy_read_timeout 2900ms', 'proxy_read_timeout 290ms']] },
    })
    for (const method of ['GET', 'POST']) {
      const startedMs = performance.now()
      const told = await askFrom(nginx.url, { method, path: '/api/orders/1/cancel' })
      assert.deepEqual([told.status, told.body.code], [503, 'busy'])
      assert(performance.now() - startedMs < 1500)
    }
  })
})

const isPatch = ({ method }: { method: string }) => method === 'PATCH'
