// `seckill doctor`: what it finds well, what it finds wrong, and how it ends.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { askRedis } from '../support/ask-redis.ts'
import { seckill } from '../support/cli.ts'
import type { Json } from '../support/engine.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'
import { startRedis } from '../support/redis-server.ts'
import { PRODUCTION, type Server, startServer } from '../support/server.ts'

suite('doctor', () => {
  let server: Server
  let folder: string

  before(async () => {
    server = await startServer()
    folder = await mkdtemp(join(tmpdir(), 'seckill-doctor-'))
  })

  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (words: string[], env: Record<string, string> = {}) =>
    seckill(['doctor', '--url', server.url, ...words], {
      env: { SECKILL_DATA: server.folder, ...env },
    })
  const found = async (words: string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run([...words, '--json'], env)
    assert.equal(stderr, '')
    const { ready, checks } = JSON.parse(stdout)
    assert.equal(code, ready ? 0 : 1)
    const failed = checks.filter(({ level }: Json) => level === 'fail')
    return { ready, names: failed.map(({ check }: Json) => check), says: failed[0]?.says }
  }

  test('a machine and a server with which all is well end it with 0', async () => {
    const { code, stdout } = await run([])
    assert.equal(code, 0, stdout)
    for (const check of [
      'settings',
      'secrets',
      'disk',
      'stock engine',
      'tables',
      'server',
      'clock',
      'admin key',
    ])
      assert.match(stdout, new RegExp(`^ok +${check} +\\S`, 'm'))
    assert.match(stdout, /\nready(, \d+ to look at)?\n$/)
  })

  test('a sale is looked at as well, and a paused one fails', async () => {
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: 100 })
    assert.deepEqual((await found(['--sale', saleId])).names, [])
    await shop.post(`/api/admin/sales/${saleId}/pause`, { reason: 'a look' })
    assert.deepEqual((await found(['--sale', saleId])).names, [`sale ${saleId}: state`])
  })

  test('a sale that does not exist fails', async () => {
    const { names, says } = await found(['--sale', '4711'])
    assert.deepEqual(
      [names, says],
      [['sale 4711'], 'There is no such sale: "seckill sale list" shows all'],
    )
  })

  test('a server that does not answer fails, and says how to start it', async () => {
    const { names, says } = await found(['--url', 'http://127.0.0.1:1'])
    assert.deepEqual(names, ['server'])
    assert.match(says, /start it, or say where it is with --url/)
  })

  test('a wrong setting, a wrong key and weak secrets fail, each with what to do', async () => {
    assert.deepEqual((await found([], { SECKILL_PROT: '1' })).names, ['settings'])
    assert.deepEqual((await found([], { SECKILL_ADMIN_KEY: 'wrong' })).names, ['admin key'])
    const open = { SECKILL_HOST: '0.0.0.0', SECKILL_SANDBOX_PAYMENTS: 'on' }
    const { names, says } = await found([], open)
    assert.deepEqual(names, ['secrets', 'payments'])
    assert.match(says, /SECKILL_ADMIN_KEY: needed .*openssl rand/)
    const guessed = { ...open, ...PRODUCTION, SECKILL_ADMIN_KEY: 'changeme-'.repeat(5) }
    const weak = await found([], guessed)
    assert.deepEqual(weak.names, ['secrets', 'payments', 'admin key'])
    assert.match(weak.says, /^SECKILL_ADMIN_KEY: one pattern, again and again .*openssl rand/)
  })

  test('a proxy that is not trusted is a warning, where others can reach the server', async () => {
    const open = { SECKILL_HOST: '0.0.0.0', ...PRODUCTION }
    const proxies = async (env: Record<string, string>) =>
      /^(\w+) +proxies +(.*)$/m.exec((await run([], env)).stdout)?.slice(1)
    const [level, says] = (await proxies(open))!
    assert.equal(level, 'warn')
    assert.match(says!, /set SECKILL_TRUSTED_PROXIES/)
    assert.equal((await proxies({ ...open, SECKILL_TRUSTED_PROXIES: '10.0.0.0/8' }))![0], 'ok')
    assert.equal(await proxies({}), undefined)
  })

  test(
    'Redis is asked before the first start, and what is wrong is said',
    needsOwnRedis(),
    async () => {
      await using redis = await startRedis()
      const env = {
        ...PRODUCTION,
        SECKILL_STOCK_URL: redis.url,
        SECKILL_DATA: join(folder, 'none'),
      }
      const unstarted = ['--url', 'http://127.0.0.1:1']
      assert.deepEqual((await found(unstarted, env)).names, ['server'])
      await askRedis(redis.url, (client) => client.configSet('maxmemory-policy', 'allkeys-lru'))
      const evicting = await found(unstarted, env)
      assert.deepEqual(evicting.names, ['stock engine', 'server'])
      assert.match(evicting.says, /may evict keys: set maxmemory-policy to noeviction/)
      await redis.stop()
      assert.match((await found(unstarted, env)).says, /nothing listens: start it/)
      assert(!existsSync(env.SECKILL_DATA), 'nothing is made')
    },
  )

  test('tables of a newer program fail', async () => {
    const database = new DatabaseSync(join(folder, 'seckill.db'))
    database.exec('pragma user_version = 999')
    database.close()
    const key = { SECKILL_ADMIN_KEY: server.adminKey }
    const { names, says } = await found([], { SECKILL_DATA: folder, ...key })
    assert.deepEqual(names, ['tables'])
    assert.match(says, /version 999, .*start the newer program/)
  })

  test('a data folder that cannot be is said in a line, not with a stack trace', async () => {
    const data = join(folder, 'seckill.db', 'data')
    const { code, stdout, stderr } = await run([], { SECKILL_DATA: data })
    assert.deepEqual([code, stderr], [1, ''])
    assert.match(stdout, /^FAIL +admin key/m)
  })
})
