// An operator changes his mind on the command line: edit, clone, delete and stop, and a server that goes
// away in the middle of it.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { type Ended, seckill } from '../support/cli.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

suite('a sale on the command line', { concurrency: 2 }, () => {
  let server: Server

  const run = (...words: string[]): Promise<Ended> =>
    seckill([...words, '--url', server.url], { env: { SECKILL_DATA: server.folder } })
  const asked = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(...words, '--json')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  const refused = async (code: number, said: RegExp, ...words: string[]) => {
    const ended = await run(...words)
    assert.deepEqual({ code: ended.code, stdout: ended.stdout }, { code, stdout: '' })
    assert.match(ended.stderr, said)
  }

  const create = async (...words: string[]): Promise<string> => {
    const product = ['--product-title', 'Phone', '--list-price', '499900']
    const terms = ['--title', 'Phone, 8 pm', '--price', '99900', '--stock', '10']
    const when = ['--starts-at', '+30m', '--ends-at', '+20m']
    return (await asked('sale', 'create', ...product, ...terms, ...when, ...words)).saleId
  }

  before(async () => {
    server = await startServer()
  })

  after(() => server[Symbol.asyncDispose]())

  test('is edited as it was said, and only that', async () => {
    const saleId = await create('--buyer-per-second', '5')
    const terms = ['--price', '89900', '--stock', '7', '--per-buyer', '2', '--pay-within', '5m']
    const limits = ['--attempts-per-second', '900', '--challenge', 'entry']
    const edited = await asked('sale', 'edit', saleId, ...terms, ...limits, '--rehearsal')
    const { title, price, perBuyerLimit, payWithinMs, rehearsal, stock } = edited
    assert.deepEqual(
      { title, price, perBuyerLimit, payWithinMs, rehearsal, total: stock.total },
      {
        title: 'Phone, 8 pm',
        price: 89_900,
        perBuyerLimit: 2,
        payWithinMs: 300_000,
        rehearsal: true,
        total: 7,
      },
    )
    const expected = { attemptsPerSecond: 900, buyerPerSecond: 5, challenge: 'entry' }
    assert.deepEqual(edited.limits, expected)
    const plain = await asked('sale', 'edit', saleId, '--no-limits', '--no-rehearsal')
    assert.deepEqual([plain.limits, plain.rehearsal], [{}, false])
  })

  test('is moved, to an instant or for so long from now', async () => {
    const saleId = await create()
    const instants = ['--starts-at', '2030-01-01T20:00:00+08:00', '--ends-at', '+30m']
    const moved = await asked('sale', 'edit', saleId, ...instants)
    assert.equal(moved.startsAt, '2030-01-01T12:00:00.000Z')
    assert.equal(moved.endsAt, '2030-01-01T12:30:00.000Z')
    const longer = await asked('sale', 'edit', saleId, '--ends-at', '+1h')
    assert.equal(longer.endsAt, '2030-01-01T13:00:00.000Z', 'from the start it has')
  })

  test('is not edited when nothing is said, when it is wrong, or when it is too late', async () => {
    const saleId = await create()
    await refused(2, /say what is to change/, 'sale', 'edit', saleId)
    await refused(2, /startsAt: more than 6 s/, 'sale', 'edit', saleId, '--starts-at', '+0s')
    await refused(1, /There is no such sale/, 'sale', 'edit', '4711', '--price', '5')
    const open = await operator(server).makeSale({ stock: 1 })
    await refused(1, /title/, 'sale', 'edit', open, '--title', 'x')
  })

  test('gets no price far below the list price unless it is confirmed', async () => {
    const saleId = await create()
    const said = /99\.90 CNY is more than 90 % below .*--yes/
    await refused(2, said, 'sale', 'edit', saleId, '--price', '9990')
    await refused(2, said, 'sale', 'clone', saleId, '--starts-at', '+1h', '--price', '9990')
    const edited = await asked('sale', 'edit', saleId, '--price', '9990', '--yes')
    assert.equal(edited.price, 9990)
    const title = await asked('sale', 'edit', saleId, '--title', 'Still cheap')
    assert.equal(title.price, 9990, 'a price that is not touched is not asked about')
  })

  test('is cloned for another day, or as a rehearsal', async () => {
    const saleId = await create('--per-buyer', '3')
    const clone = ['sale', 'clone', saleId]
    const made = await asked(...clone, '--starts-at', '2030-01-01T12:00:00Z')
    assert.notEqual(made.saleId, saleId)
    assert.deepEqual([made.endsAt, made.perBuyerLimit], ['2030-01-01T12:20:00.000Z', 3])
    const rehearsal = await asked(...clone, '--starts-at', '+5m', '--rehearsal', '--title', 'Dry')
    assert.deepEqual([rehearsal.rehearsal, rehearsal.title], [true, 'Dry'])
    await refused(2, /--starts-at/, ...clone)
  })

  test('is deleted, and is gone', async () => {
    const saleId = await create()
    const { code, stdout } = await run('sale', 'delete', saleId, '--reason', 'made twice')
    assert.deepEqual([code, stdout], [0, `sale ${saleId} is deleted\n`])
    await refused(1, /There is no such sale/, 'sale', 'show', saleId)
    const open = await operator(server).makeSale({ stock: 1 })
    await refused(1, /close it instead/, 'sale', 'delete', open)
  })

  test('explains itself with examples', async () => {
    for (const verb of ['edit', 'clone', 'delete', 'stop']) {
      const { code, stdout } = await run('sale', verb, '--help')
      assert.equal(code, 0)
      assert.match(stdout, /Examples:\n {2}seckill sale/)
    }
  })
})

test('stop pauses everything and says what', async () => {
  await using server = await startServer()
  const env = { SECKILL_DATA: server.folder }
  const run = (...words: string[]) => seckill([...words, '--url', server.url], { env })
  const stop = (...words: string[]) => run('sale', 'stop', '--reason', 'fire', ...words)
  assert.equal((await stop()).stdout, 'no sale to pause\n')
  const saleId = await operator(server).makeSale({ stock: 1 })
  assert.equal((await stop()).stdout, `paused: ${saleId}\n`)
  assert.deepEqual(JSON.parse((await stop('--json')).stdout), { paused: [saleId] })
  const resumed = JSON.parse((await run('sale', 'resume', saleId, '--json')).stdout)
  assert.equal(resumed.status, 'open')
})

test('a write that is cut off is sent again with the same key', async () => {
  const keys: unknown[] = []
  const cutting = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'])
    if (keys.length === 1) return void request.socket.resetAndDestroy()
    response.setHeader('content-type', 'application/json')
    response.end('{"paused":["7"]}')
  })
  cutting.listen(0, '127.0.0.1')
  await new Promise((resolve) => cutting.once('listening', resolve))
  const url = `http://127.0.0.1:${(cutting.address() as AddressInfo).port}`
  try {
    const env = { SECKILL_ADMIN_KEY: 'some-key' }
    const { code, stdout } = await seckill(['sale', 'stop', '--reason', 'x', '--url', url], { env })
    assert.deepEqual([code, stdout], [0, 'paused: 7\n'])
    assert.equal(keys.length, 2)
    assert.equal(keys[0], keys[1])
    assert.match(String(keys[0]), /^[0-9a-f-]{36}$/)
  } finally {
    cutting.close()
  }
})
