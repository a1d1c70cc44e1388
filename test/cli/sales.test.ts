// An operator's day on the command line, against a running server: make a sale, look at it, change it,
// hand out tokens, compare the books.

import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Ended, seckill } from '../support/cli.ts'
import { type Server, startServer } from '../support/server.ts'

suite('sales', () => {
  let server: Server
  let saleId: string

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
    assert.match(ended.stderr, /^seckill: [^\n]+\n$/)
  }

  const CREATE = ['sale', 'create', '--title', 'Phone, 8 pm', '--starts-at', '+2s']
  const PRODUCT = ['--product-title', 'Phone', '--list-price', '499900']

  before(async () => {
    server = await startServer()
    const terms = ['--price', '99900', '--stock', '10', '--ends-at', '+30m', '--pay-within', '5m']
    const made = await asked(...CREATE, ...PRODUCT, ...terms, '--per-buyer', '2')
    saleId = made.saleId
  })

  after(() => server[Symbol.asyncDispose]())

  test('a sale is made as it was said', async () => {
    const sale = await asked('sale', 'show', saleId)
    const { title, price, currency, perBuyerLimit, payWithinMs, stock, startsAt, endsAt } = sale
    assert.deepEqual(
      { title, price, currency, perBuyerLimit, payWithinMs, total: stock.total },
      {
        title: 'Phone, 8 pm',
        price: 99_900,
        currency: 'CNY',
        perBuyerLimit: 2,
        payWithinMs: 300_000,
        total: 10,
      },
    )
    assert.equal(Date.parse(endsAt) - Date.parse(startsAt), 1_800_000)
  })

  test('a sale is shown to people with its price in words', async () => {
    const { code, stdout } = await run('sale', 'show', saleId)
    assert.equal(code, 0)
    assert.match(stdout, /^sale \d+: Phone, 8 pm\n\n[^]* {2}price +999\.00 CNY\n/)
    assert.match(stdout, /^ {2}engine +open$/m)
  })

  test('a second sale of the same product takes its currency from there', async () => {
    const { sales } = await asked('sale', 'list')
    const { productId } = sales.find((sale: { saleId: string }) => sale.saleId === saleId)
    const terms = ['--product', productId, '--price', '89900', '--stock', '5']
    const made = await asked(...CREATE, ...terms, '--starts-at', '2030-01-01T20:00:00+08:00')
    assert.equal(made.startsAt, '2030-01-01T12:00:00.000Z')
    assert.equal(made.endsAt, '2030-01-01T13:00:00.000Z')
    assert.equal(made.currency, 'CNY')
    const listed = await run('sale', 'list')
    assert.match(listed.stdout, new RegExp(`^${made.saleId} +scheduled .*899\\.00 CNY`, 'm'))
  })

  test('a price far below the list price must be confirmed, and makes nothing before', async () => {
    const count = async () => (await asked('sale', 'list')).sales.length
    const before = await count()
    const terms = ['--price', '9990', '--stock', '1']
    await refused(2, /99\.90 CNY is more than 90 % below .*--yes/, ...CREATE, ...PRODUCT, ...terms)
    assert.equal(await count(), before)
    const made = await asked(...CREATE, ...PRODUCT, ...terms, '--yes', '--rehearsal')
    assert.deepEqual(
      { price: made.price, sales: await count() },
      { price: 9990, sales: before + 1 },
    )
  })

  test('what cannot be sold as asked is refused with the field', async () => {
    const terms = ['--price', '99900', '--stock', '5', '--ends-at', '2020-01-01T00:00:00Z']
    await refused(2, /endsAt: /, ...CREATE, ...PRODUCT, ...terms)
    await refused(2, /--product ID, or --product-title/, ...CREATE, '--price', '1', '--stock', '1')
    const unknown = ['--product', '999', '--price', '99900', '--stock', '5']
    await refused(1, /there is no product 999/, ...CREATE, ...unknown)
  })

  test('pause, resume, restock and preheat do what they say', async () => {
    assert.equal((await asked('sale', 'pause', saleId, '--reason', 'look')).status, 'paused')
    assert.notEqual((await asked('sale', 'resume', saleId)).status, 'paused')
    const restocked = await asked('sale', 'restock', saleId, '--units', '7', '--reason', 'found')
    assert.equal(restocked.stock.total, 17)
    assert.deepEqual(await asked('sale', 'preheat', saleId), { saleId, engine: 'open' })
  })

  test('a closed sale stays closed', async () => {
    const terms = ['--price', '99900', '--stock', '5']
    const closed = await asked(...CREATE, ...PRODUCT, ...terms)
    assert.equal((await asked('sale', 'close', closed.saleId)).status, 'ended')
    await refused(1, /A closed sale stays closed/, 'sale', 'resume', closed.saleId)
  })

  test('a sale that does not exist is no, not a failure', async () => {
    for (const words of [['sale', 'show'], ['sale', 'pause'], ['audit']])
      await refused(1, /There is no such sale/, ...words, '4711')
    await refused(1, /There is no such sale/, 'tokens', '--sale', '4711', '--buyers', '1')
  })

  test('tokens come one a line, over more than one page, and buy', async () => {
    const tokens = await run('tokens', '--sale', saleId, '--buyers', '10001', '--from', '5')
    const lines = tokens.stdout.trimEnd().split('\n')
    assert.equal(lines.length, 10_001)
    assert.match(lines[0]!, /^5 v1\./)
    assert.match(lines.at(-1)!, /^10005 v1\./)
    const headers = { authorization: `Bearer ${lines[0]!.split(' ')[1]}` }
    const attempt = () =>
      fetch(`${server.url}/api/sales/${saleId}/attempts`, { method: 'POST', headers })
    let answer = await attempt()
    for (; answer.status === 403 || answer.status === 429; answer = await attempt());
    assert.equal(answer.status, 202)
  })

  test('the audit spells the books out and ends with 0 when they agree', async () => {
    const { code, stdout } = await run('audit', saleId)
    assert.equal(code, 0)
    assert.match(stdout, /^ {2}home +total 17 .*\n[^]*\nthe books agree\n$/m)
    assert.equal((await asked('audit', saleId)).drift, 0)
  })

  test('reconcile audits every sale', async () => {
    const { sales } = await asked('reconcile')
    assert(sales.length >= 4)
    const { stdout } = await run('reconcile')
    const words = [
      `sale ${saleId}: .*`,
      '  the engine \\(epoch 1\\) has 17 units: \\d+ for sale, \\d+ held, of them 0 in transit',
      '  home has 17 units: \\d+ for sale, \\d+ live; \\d+ were given back, 0 were rejected',
      '  orders hold \\d+ units?: \\d+ pending, 0 paid',
      '  the books agree',
    ]
    assert.match(stdout, new RegExp(`^${words.join('\n')}\n`, 'm'))
    assert.match(stdout, /\n\d+ sales: the books agree\n$/)
    const one = await run('reconcile', '--sale', saleId)
    assert.equal([...one.stdout.matchAll(/^sale /gm)].length, 1)
    assert.match(one.stdout, /\n1 sale: the books agree\n$/)
    await refused(1, /no such sale|"seckill sale list"/i, 'reconcile', '--sale', '999')
  })

  test('a wrong admin key is told apart from a missing sale', async () => {
    const env = { SECKILL_ADMIN_KEY: 'wrong' }
    const { code, stderr } = await seckill(['audit', saleId, '--url', server.url], { env })
    assert.equal(code, 2)
    assert.match(stderr, /does not know this admin key.*SECKILL_ADMIN_KEY/)
  })

  // The last test: it spoils the books.
  test('books that disagree end audit and reconcile with 1', async () => {
    const database = new DatabaseSync(join(server.folder, 'seckill.db'), { timeout: 5000 })
    database.exec(`update sale_stock set total = 0, available = 0 where sale_id = ${saleId}`)
    database.close()
    const audit = await run('audit', saleId)
    assert.equal(audit.code, 1)
    assert.match(audit.stdout, /\n1 units oversold\n$/)
    const compared = await run('reconcile')
    assert.equal(compared.code, 1)
    assert.match(
      compared.stdout,
      new RegExp(`units oversold\n  to do: seckill sale pause ${saleId} `),
    )
    assert.match(compared.stdout, new RegExp(`\n\\d+ sales: look at ${saleId}\n$`))
  })
})
