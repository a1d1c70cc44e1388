// Orders, buyers, blocks and dead letters on the command line, against a running server.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { eventually, type Json } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

suite('operators', () => {
  let server: Server
  let saleId: string
  const orders = new Map<string, string>() // buyer → order

  const run = (...words: string[]) =>
    seckill([...words, '--url', server.url], { env: { SECKILL_DATA: server.folder } })
  const asked = async (...words: string[]): Promise<Json> => {
    const { code, stdout, stderr } = await run(...words, '--json')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  const said = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...words)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  const refused = async (code: number, says: RegExp, ...words: string[]) => {
    const ended = await run(...words)
    assert.deepEqual({ code: ended.code, stdout: ended.stdout }, { code, stdout: '' })
    assert.match(ended.stderr, says)
    assert.match(ended.stderr, /^seckill: [^\n]+\n$/)
  }

  before(async () => {
    server = await startServer()
    const shop = operator(server)
    saleId = await shop.makeSale({ stock: 10 })
    for (const [buyerId, token] of await shop.tokens(saleId, 3)) {
      const headers = { authorization: `Bearer ${token}` }
      const path = `${server.url}/api/sales/${saleId}/attempts`
      const answer = (await (await fetch(path, { method: 'POST', headers })).json()) as Json
      orders.set(buyerId, answer.orderId)
    }
    await eventually(
      () => shop.get(`/api/admin/orders?saleId=${saleId}`),
      (page) => page.orders.length === 3,
    )
  })

  after(() => server[Symbol.asyncDispose]())

  test('orders are listed newest first, by sale, buyer and status, page by page', async () => {
    const all = await asked('order', 'list', '--sale', saleId, '--status', 'pending')
    const ids = all.orders.map(({ orderId }: Json) => orderId)
    assert.deepEqual(new Set(ids), new Set(orders.values()))
    const first = await asked('order', 'list', '--sale', saleId, '--limit', '2')
    assert.equal(first.orders.length, 2)
    const cursor = ['--cursor', first.nextCursor]
    const rest = await asked('order', 'list', '--sale', saleId, '--limit', '2', ...cursor)
    assert.deepEqual(
      [...first.orders, ...rest.orders].map(({ orderId }: Json) => orderId),
      ids,
    )
    const own = await said('order', 'list', '--buyer', '2')
    assert.match(
      own,
      new RegExp(`^${orders.get('2')} +${saleId} +2 +1 +999\\.00 CNY +pending`, 'm'),
    )
    assert.match(await said('order', 'list', '--limit', '1'), /more with --cursor \d+\n$/)
    assert.equal(await said('order', 'list', '--refund-due'), 'no such orders\n')
    const [heading, ...lines] = (await said('order', 'list', '--sale', saleId, '--csv')).split(
      '\r\n',
    )
    assert.match(heading!, /^orderId,saleId,buyerId,/)
    assert.deepEqual(lines.map((line) => line.split(',')[0]).slice(0, -1), ids)
  })

  test('an order is shown, and cancelled once', async () => {
    const orderId = orders.get('1')!
    assert.match(await said('order', 'show', orderId), /^order \d+\n\n {2}status +pending\n/)
    const cancelled = await asked('order', 'cancel', orderId, '--reason', 'called')
    assert.deepEqual([cancelled.status, cancelled.ledger], ['cancelled', ['recorded', 'released']])
    await refused(1, /order/i, 'order', 'show', '4711')
    await refused(1, /No money is owed/, 'order', 'refund', orderId, '--reason', 'no money came')
  })

  test('a buyer is shown, handed out and erased', async () => {
    assert.match(await said('buyer', 'show', '1'), /^buyer 1\n\n {2}account +none here\n/)
    const { code, stdout } = await run('buyer', 'export', '1')
    assert.deepEqual([code, JSON.parse(stdout).orders[0].orderId], [0, orders.get('1')])
    assert.match(
      await said('buyer', 'erase', '1', '--reason', 'asked to'),
      /is erased\n[^]*1 orders/,
    )
    await refused(1, /cancel them first/, 'buyer', 'erase', '2', '--reason', 'asked to')
    await refused(1, /Nothing is kept/, 'buyer', 'show', '4711')
  })

  test('a block is added, listed and lifted', async () => {
    const made = await asked(
      'block',
      'add',
      '--buyer',
      '3',
      '--reason',
      'resells',
      '--until',
      '+2h',
    )
    assert.deepEqual([made.buyer, made.reason], ['3', 'resells'])
    assert.match(await said('block', 'list'), new RegExp(`^${made.blockId} +buyer 3 +\\S+Z`, 'm'))
    assert.equal((await asked('block', 'list', '--buyer', '3')).blocks.length, 1)
    await said('block', 'add', '--cidr', '192.0.2.0/24', '--reason', 'a farm')
    assert.equal(await said('block', 'remove', made.blockId), 'lifted\n')
    assert.equal(await said('block', 'remove', '--cidr', '192.0.2.0/24'), 'lifted\n')
    assert.equal(await said('block', 'list'), 'nobody is blocked\n')
    await refused(1, /block/i, 'block', 'remove', made.blockId)
  })

  test('everybody a file names is blocked, and a wrong line is named before anybody is', async () => {
    const file = join(server.folder, 'blocks.txt')
    const why = ['--reason', 'they resell']
    const lines = Array.from({ length: 450 }, (_, at) => `buyer ${1000 + at}`)
    writeFileSync(
      file,
      ['# resellers', '', ...lines, 'address 2001:DB8::7', 'cidr 10.0.0.0'].join('\n'),
    )
    assert.deepEqual(await asked('block', 'import', file, ...why), { blocked: 452, renewed: 0 })
    assert.equal(await said('block', 'import', file, ...why), '0 blocked, 452 renewed\n')
    const { blocks } = await asked('block', 'list', '--limit', '2')
    assert.deepEqual([blocks[0].cidr, blocks[1].address], ['10.0.0.0/32', '2001:db8::7'])
    const wrong: [string, RegExp][] = [
      ['buyer 9999\nbuyer x', /blocks\.txt, line 2: expected the id of a buyer/],
      ['address 10.0.0.0/8', /line 1: expected an IPv4 or IPv6 address/],
      ['cidr 10.0.0.1/8', /line 1: expected the first address of a network/],
      ['buyer 1 2', /line 1: expected a kind and one value/],
      ['192.0.2.1', /line 1: expected buyer, address or cidr first/],
      ['# nobody', /nobody is named/],
    ]
    for (const [text, says] of wrong) {
      writeFileSync(file, text)
      await refused(2, says, 'block', 'import', file, ...why)
    }
    await refused(2, /cannot be read/, 'block', 'import', `${file}.no`, ...why)
    assert.deepEqual((await asked('block', 'list', '--buyer', '9999')).blocks, [])
  })

  test('a block needs exactly one whom it blocks', async () => {
    const why = ['--reason', 'x']
    await refused(2, /one of --buyer, --address and --cidr/, 'block', 'add', ...why)
    const two = ['--buyer', '3', '--address', '192.0.2.1']
    await refused(2, /one of --buyer/, 'block', 'add', ...two, ...why)
    await refused(2, /not both/, 'block', 'remove', '1', '--buyer', '3')
    await refused(2, /address: must be/, 'block', 'add', '--address', 'here', ...why)
  })

  test('dead letters are listed and put back', async () => {
    assert.equal(await said('dead-letters', 'list'), 'no dead letters\n')
    const message = {
      version: 1,
      orderId: '250352803216736256',
      saleId,
      buyerId: '9',
      units: 1,
      price: 99_900,
      currency: 'CNY',
      saleVersion: 1,
      epoch: 1,
      stockTokens: [],
      reservedAtMs: Date.now(),
    }
    const database = new DatabaseSync(join(server.folder, 'seckill.db'), { timeout: 5000 })
    const sql =
      'insert into dead_letters (dead_letter_id, source, order_id, message, reason, at) ' +
      "values (7, ?1, ?1, ?2, 'odd\nly', 1)"
    const insert = database.prepare(sql)
    insert.setReadBigInts(true)
    insert.run(message.orderId, JSON.stringify(message))
    database.close()
    assert.match(await said('dead-letters', 'list'), /^7 +250352803216736256 +\S+Z +odd ly$/m)
    const [letter] = (await asked('dead-letters', 'list')).deadLetters
    assert.equal(JSON.parse(letter.message).buyerId, '9')
    assert.match(await said('dead-letters', 'replay', '7'), /on the queue again/)
    await refused(1, /dead letter/i, 'dead-letters', 'replay', '7')
  })
})
