// A Redis that cannot be sold by stops the start: with one line that says what to do, and before anything
// is changed, here or there. One that does not answer is waited for. No password is ever shown.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { temporaryFolder } from '../adapters/sqlite-setup.ts'
import { askRedis, type RedisClient } from '../support/ask-redis.ts'
import { seckill } from '../support/cli.ts'
import { eventually, type Json } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { type RedisOptions, type RedisServer, startRedis } from '../support/redis-server.ts'
import { PRODUCTION, startWaiting } from '../support/server.ts'

const PASSWORD = 'hunter2-hunter2'

interface Broken {
  options?: RedisOptions
  commands?: string[][] // once it runs
  url?: (server: RedisServer) => string
  says: RegExp
}

const urlOf = ({ url }: RedisServer) => url
const asCluster = ({ port }: RedisServer) => `redis-cluster://127.0.0.1:${port}`
const config = (name: string, value: string) => ['CONFIG', 'SET', name, value]

const BROKEN: Record<string, Broken> = {
  'one that needs a password': {
    commands: [config('requirepass', PASSWORD)],
    says: /needs a password: put it into SECKILL_STOCK_URL/,
  },
  'a wrong password': {
    commands: [config('requirepass', 'another one')],
    url: ({ port }) => `redis://:${PASSWORD}@127.0.0.1:${port}`,
    says: /refuses this user name and password/,
  },
  'a wrong password of a cluster': {
    options: { nodeTimeoutMs: 1000 },
    commands: [config('requirepass', 'another one')],
    url: ({ port }) => `redis-cluster://:${PASSWORD}@127.0.0.1:${port}`,
    says: /refuses this user name and password/,
  },
  'a user who may not run scripts': {
    commands: [['ACL', 'SETUSER', 'clerk', 'on', `>${PASSWORD}`, '~*', '+@all', '-@scripting']],
    url: ({ port }) => `redis://clerk:${PASSWORD}@127.0.0.1:${port}`,
    says: /does not run scripts that write: NOPERM/,
  },
  'a user whose scripts may not ask INFO': {
    commands: [['ACL', 'SETUSER', 'clerk', 'on', `>${PASSWORD}`, '~*', '+@all', '-info']],
    url: ({ port }) => `redis://clerk:${PASSWORD}@127.0.0.1:${port}`,
    says: /NOPERM/,
  },
  'a user whose scripts may not rename': {
    commands: [['ACL', 'SETUSER', 'clerk', 'on', `>${PASSWORD}`, '~*', '+@all', '-rename']],
    url: ({ port }) => `redis://clerk:${PASSWORD}@127.0.0.1:${port}`,
    says: /does not let this user call all that is needed: RENAME: /,
  },
  'a user who may not touch our keys': {
    commands: [['ACL', 'SETUSER', 'clerk', 'on', `>${PASSWORD}`, '~shop:*', '+@all']],
    url: ({ port }) => `redis://clerk:${PASSWORD}@127.0.0.1:${port}`,
    says: /does not let this user call all that is needed: UNLINK: /,
  },
  'one that is out of memory': {
    commands: [config('maxmemory', '1')],
    says: /has no memory left \(.*, maxmemory 1B\): raise maxmemory/,
  },
  'one that may evict keys': {
    commands: [config('maxmemory-policy', 'allkeys-lru')],
    says: /may evict keys: set maxmemory-policy to noeviction, it is allkeys-lru/,
  },
  'one that insists on replicas it has not': {
    commands: [config('min-replicas-to-write', '1')],
    says: /does not run scripts that write: NOREPLICAS/,
  },
  'a node of a cluster named as one server': {
    options: { nodeTimeoutMs: 1000 },
    says: /is a node of a cluster: write redis-cluster:\/\//,
  },
  'one server named as a cluster': {
    url: asCluster,
    says: /is not a cluster: write redis:\/\//,
  },
  'a cluster without slots': {
    options: { nodeTimeoutMs: 1000 },
    url: asCluster,
    says: /serves no slot: give all to primaries/,
  },
  'a cluster that misses slots': {
    options: { nodeTimeoutMs: 1000 },
    commands: [['CLUSTER', 'ADDSLOTSRANGE', '0', '8000']],
    url: asCluster,
    says: /serves 8001 of 16384 slots: give every slot/,
  },
  'a database that it does not have': {
    url: ({ url }) => `${url}/99`,
    says: /has no database of this number/,
  },
}

// What a Redis 6.2 answers: it knows HELLO, and has replies of the form that every client understands.
const OLD_REDIS = (asked: string) => {
  const info = 'redis_version:6.2.14\r\nrole:master\r\nmaxmemory_policy:noeviction\r\nloading:0\r\n'
  if (/HELLO/i.test(asked)) return '%1\r\n$7\r\nversion\r\n$6\r\n6.2.14\r\n'
  if (/INFO/i.test(asked) && !/SETINFO/i.test(asked)) return `$${info.length}\r\n${info}\r\n`
  if (/EVALSHA|EVAL/i.test(asked)) return '-ERR Error compiling script\r\n'
  return '+OK\r\n'
}

suite('the program does not start with', { ...needsOwnRedis(), concurrency: 4 }, () => {
  for (const [name, { options, commands = [], url = urlOf, says }] of Object.entries(BROKEN))
    test(name, async () => {
      await using server = await startRedis(options)
      await askRedis(server.url, async (redis) => {
        for (const command of commands) await redis.sendCommand(command)
      })
      await refusesToStart(url(server), says)
      const password = commands.find(([, , name]) => name === 'requirepass')?.[3]
      const place = password
        ? server.url.replace('//', `//:${encodeURIComponent(password)}@`)
        : server.url
      assert.equal(await askRedis(place, keysIn), 0)
    })

  test('a replica, and names its primary', async () => {
    await using primary = await startRedis()
    await using replica = await startRedis({ replicaOf: primary })
    await refusesToStart(
      replica.url,
      new RegExp(`is a replica: name its primary \\(127.0.0.1:${primary.port}\\)`),
    )
  })
})

test('nothing is changed before the secrets of production are there', async () => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.folder, 'data')
  const env = { SECKILL_STOCK_URL: 'redis://127.0.0.1:1', SECKILL_DATA: folder }
  const { code, stderr } = await seckill(['start'], { env })
  assert.equal(code, 2)
  assert.match(stderr, /^seckill: SECKILL_ADMIN_KEY: needed .* stock engine in Redis.*\n$/)
  assert(!existsSync(folder))
})

suite('nor with', { concurrency: 4 }, () => {
  test('one that is too old', async () => {
    await using old = await listening(OLD_REDIS)
    await refusesToStart(old.url, /is version 6.2.14: 7.0 or newer is needed/)
  })

  test('something that is no Redis', async () => {
    await using web = await listening(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')
    await refusesToStart(web.url, /is not a Redis: something else answers/)
  })
})

suite('the program waits, and is told to stop by a signal, for', { concurrency: 4 }, () => {
  test('somebody at this address', async () => {
    const port = await freePort()
    await waits(`redis://:${PASSWORD}@127.0.0.1:${port}`, /nothing listens: start it/)
    await waits(`redis-cluster://127.0.0.1:${port}`, /nothing listens: start it/)
  })

  test('a host that is not known yet', () =>
    waits('redis://redis.invalid:6379', /host name that is not known/))

  test('something that says nothing', async () => {
    await using silent = await listening(() => '')
    const short = { SECKILL_STOCK_TIMEOUT_MS: '300' }
    await waits(silent.url, /does not answer in time/, short)
    await waits(silent.url.replace('redis:', 'redis-cluster:'), /does not answer/, short)
  })
})

test('a Redis that comes later is sold by', needsOwnRedis(), async () => {
  await using temporary = await temporaryFolder()
  const port = await freePort()
  const env = {
    ...PRODUCTION,
    SECKILL_STOCK_URL: `redis://127.0.0.1:${port}`,
    SECKILL_DATA: temporary.folder,
  }
  await using waiting = await startWaiting({ env })
  const { missing } = (await (await fetch(`${waiting.url}/readyz`)).json()) as Json
  assert.deepEqual(missing, ['stock'])
  await using _redis = await startRedis({ port })
  await eventually(
    () => fetch(`${waiting.url}/readyz`),
    ({ status }) => status === 200,
  )
})

const refusesToStart = async (
  url: string,
  says: RegExp,
  env: Record<string, string> = {},
): Promise<void> => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.folder, 'data')
  const settings = { ...PRODUCTION, SECKILL_STOCK_URL: url, SECKILL_DATA: folder, ...env }
  const { code, stdout, stderr } = await seckill(['start'], { env: settings })
  assert.equal(code, 1, stderr)
  assert.match(stderr, /^seckill: .*\n$/, 'one line')
  assert.match(stderr, says)
  assert(!`${stdout}${stderr}`.includes(PASSWORD), 'the password is not shown')
  assert(!existsSync(folder), 'nothing is changed here')
}

const waits = async (url: string, says: RegExp, env: Record<string, string> = {}) => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.folder, 'data')
  const settings = { ...PRODUCTION, SECKILL_STOCK_URL: url, SECKILL_DATA: folder, ...env }
  await using waiting = await startWaiting({ env: settings })
  assert.match(waiting.output(), says)
  const [health, ready, other] = await Promise.all(
    ['/healthz', '/readyz?now', '/api/sales'].map((path) => fetch(waiting.url + path)),
  )
  assert.equal(health!.status, 200)
  const told = { status: ready!.status, body: await ready!.json() }
  assert.deepEqual(told, { status: 503, body: { ready: false, missing: ['stock'] } })
  assert.deepEqual([other!.status, other!.headers.has('retry-after')], [503, true])
  waiting.kill('SIGTERM')
  assert.deepEqual(await waiting.exited, { code: 0, signal: null })
  assert(!waiting.output().includes(PASSWORD), 'the password is not shown')
  assert(!existsSync(folder), 'nothing is changed here')
}

// Answers every command with what `answer` makes of it.
const listening = async (
  answer: (asked: string) => string,
): Promise<AsyncDisposable & { url: string }> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      for (const command of data.toString().split(/^\*/m).slice(1)) socket.write(answer(command))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const keysIn = (redis: RedisClient): Promise<number> => redis.dbSize()
