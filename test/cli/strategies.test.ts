// Strategies on the command line, with a stock engine in Redis and with the embedded one.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, type Server, startServer } from '../support/server.ts'

const SECRETS = {
  ...PRODUCTION,
  SECKILL_SANDBOX_PAYMENTS: 'on',
  SECKILL_PAYMENT_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
}

const PRODUCT = ['--product-title', 'Phone', '--list-price', '499900', '--price', '499900']
const CREATE = ['sale', 'create', '--title', 'Phone', ...PRODUCT, '--starts-at', '+2h']

const commandsAt = (server: Server) => {
  const run = (...words: string[]) =>
    seckill([...words, '--url', server.url], { env: { SECKILL_ADMIN_KEY: PRODUCTION_KEY } })
  const asked = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(...words, '--json')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  return { run, asked }
}

suite('strategies in Redis', needsOwnRedis(), () => {
  let redis: RedisServer
  let server: Server

  before(async () => {
    redis = await startRedis()
    server = await startServer({ env: { ...SECRETS, SECKILL_STOCK_URL: redis.url } })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await redis.stop()
  })

  test('a sale has the strategy it is made with, and is shown with it', async () => {
    const { run, asked } = commandsAt(server)
    const made = await asked(...CREATE, '--stock', '50', '--strategy', 'segmented')
    assert.deepEqual([made.strategy, made.segments], ['segmented', 16])
    const four = ['--strategy', 'segmented', '--segments', '4']
    const few = await asked(...CREATE, '--stock', '50', ...four)
    assert.deepEqual([few.strategy, few.segments], ['segmented', 4])
    const { stdout } = await run('sale', 'show', few.saleId)
    assert.match(stdout, /^ {2}strategy +segmented\n {2}segments +4$/m)
  })

  test('a sale gets another strategy with its segments, before and after the preheat', async () => {
    const { asked } = commandsAt(server)
    const { saleId } = await asked(...CREATE, '--stock', '50', '--strategy', 'segmented')
    const edit = (...words: string[]) => asked('sale', 'edit', saleId, ...words)
    const tokens = await edit('--strategy', 'tokens')
    assert.deepEqual([tokens.strategy, tokens.segments], ['tokens', 1])
    assert.equal((await asked('sale', 'preheat', saleId)).engine, 'open')
    const segmented = await edit('--strategy', 'segmented', '--segments', '3')
    assert.deepEqual([segmented.strategy, segmented.segments], ['segmented', 3])
    const again = await asked(
      'sale',
      'clone',
      saleId,
      '--starts-at',
      '+2h',
      '--strategy',
      'counter',
    )
    assert.deepEqual([again.strategy, again.segments], ['counter', 1])
  })

  test('segments of a strategy that has none are refused with what to do', async () => {
    const { run } = commandsAt(server)
    const { code, stderr } = await run(...CREATE, '--stock', '5', '--segments', '4')
    assert.equal(code, 2)
    assert.match(stderr, /^seckill: segments: only the strategy `segmented` has more than one\n$/)
  })

  test('a herd finds every promise kept with either, and its report names the strategy', async () => {
    const { run, asked } = commandsAt(server)
    const herd = ['load', '--buyers', '200', '--units', '30', '--seconds', '0.3']
    const result = await asked(...herd, '--strategy', 'tokens')
    assert.deepEqual([result.broken, result.audit.drift], [[], 0])
    assert.deepEqual([result.strategy, result.segments], ['tokens', 1])
    const { stdout } = await run(...herd, '--strategy', 'segmented', '--segments', '4')
    assert.match(stdout, /sale \d+ \(segmented, 4 segments\), seed/)
    assert.match(stdout, /^good: /m)
  })
})

test('a strategy that the embedded engine does not know is refused with those it knows', async () => {
  await using server = await startServer({ env: SECRETS })
  const { run } = commandsAt(server)
  const { code, stderr } = await run(...CREATE, '--stock', '5', '--strategy', 'tokens')
  assert.equal(code, 2)
  assert.match(stderr, /^seckill: strategy: this stock engine knows counter\n$/)
})
