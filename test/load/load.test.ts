// The herd generator against a running server: a small herd finds every promise kept, and a promise
// that is not kept is found.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { type Server, startServer } from '../support/server.ts'

suite('load', () => {
  let server: Server

  const load = (...words: string[]) =>
    seckill(['load', '--url', server.url, ...words], { env: { SECKILL_DATA: server.folder } })

  const soon = ['--seconds', '0.3']

  before(async () => void (server = await startServer()))
  after(() => server[Symbol.asyncDispose]())

  test('a small herd finds every promise kept, and the independent auditor agrees', async () => {
    const answersFile = join(server.folder, 'answers.jsonl')
    const database = join(server.folder, 'seckill.db')
    const files = ['--answers', answersFile, '--database', database]
    const shares = ['--early', '0', '--cancel', '0.3', '--again', '0.5', '--seed', '7']
    const herd = ['--buyers', '500', '--units', '50', ...shares]
    const { code, stdout } = await load(...herd, ...soon, '--json', ...files)
    const result = JSON.parse(stdout)
    assert.deepEqual(result.broken, [])
    assert.equal(code, 0)
    const cancelled = result.cancels.cancelled
    assert(cancelled > 0)
    assert.equal(result.accepted, 50 + cancelled)
    assert.equal(result.recorded, result.accepted)
    assert.equal(result.resold.count, cancelled)
    assert(result.later.outcomes['already-reserved'] > 0)
    assert.equal(result.latencyMs.opening.count, 500)
    assert.equal(result.auditor.holds, true)
    const { paid, pending, released, drift } = result.audit
    assert.deepEqual({ paid, pending, drift }, { paid: 50, pending: 0, drift: 0 })
    assert.equal(released, cancelled)
    assert.equal(result.paid, 50)
    const lines = (await readFile(answersFile, 'utf8')).trimEnd().split('\n')
    const { early, opening, retry, again } = result.sends
    const { cancels, looks } = result
    assert.equal(lines.length, early + opening + retry + again + sum(cancels) + sum(looks))
  })

  test('two processes find what is left unpaid sold again, until nobody wants any', async () => {
    const database = join(server.folder, 'seckill.db')
    const html = join(server.folder, 'load.html')
    const reportFile = join(server.folder, 'load.json')
    const shares = ['--unpaid', '0.5', '--cancel', '0.2', '--retry', '0.8', '--retries', '3']
    const herd = ['--buyers', '200', '--units', '20', '--pay-within', '1000', '--curve', 'herd']
    const files = ['--database', database, '--html', html, '--report', reportFile]
    const how = ['--processes', '2', '--within', '60', '--early', '0.3', '--seed', '9']
    const { code, stdout } = await load(...herd, ...shares, ...soon, ...how, ...files, '--json')
    const result = JSON.parse(stdout)
    assert.deepEqual(result.broken, [])
    assert.equal(code, 0)
    assert.equal(result.inTime, true)
    assert.equal(result.generator.processes, 2)
    assert(result.looks.expired > 0)
    assert(result.resold.count > 0)
    assert.equal(result.accepted, result.recorded)
    assert.equal(result.sends.early, result.early.outcomes['not-started'] ?? 0)
    const { available, live, paid, pending } = result.audit
    assert.equal(available + live, 20)
    assert.deepEqual({ paid, pending }, { paid: live, pending: 0 })
    assert.deepEqual(JSON.parse(await readFile(reportFile, 'utf8')), result)
    assert.match(await readFile(html, 'utf8'), /200 buyers, 20 units, herd over 0\.3 s/)
  })

  test('a herd that comes again gets its orders again, and cancels none of them', async () => {
    const create = ['sale', 'create', '--title', 'Twice', '--product-title', 'Phone']
    const terms = ['--list-price', '10', '--price', '9', '--stock', '20', '--starts-at', '+0s']
    const made = await seckill([...create, ...terms, '--json', '--url', server.url], {
      env: { SECKILL_DATA: server.folder },
    })
    const sale = ['--sale', JSON.parse(made.stdout).saleId, '--buyers', '40', ...soon]
    const first = await load(...sale, '--cancel', '0')
    assert.equal(first.code, 0, first.stdout)
    assert.match(first.stdout, /^good: 20 accepted, all of them recorded$/m)
    const { stdout } = await load(...sale, '--cancel', '1', '--json')
    const second = JSON.parse(stdout)
    assert.deepEqual(second.broken, [])
    assert.equal(second.opening.outcomes['already-reserved'].count, 20)
    assert.equal(second.opening.outcomes['sold-out'].count, 20)
    const { accepted, recorded, cancels } = second
    assert.deepEqual({ accepted, recorded, cancels }, { accepted: 0, recorded: 0, cancels: {} })
  })

  test('saturated, a sale that is sold out refuses every attempt', async () => {
    const how = ['--saturate', '--seconds', '0.3', '--connections', '8', '--processes', '2']
    const { code, stdout } = await load(...how, '--buyers', '2000', '--json')
    assert.equal(code, 0)
    const { outcomes, faults, audit } = JSON.parse(stdout)
    assert(outcomes['sold-out'].count > 0)
    assert.equal(outcomes.accepted, undefined)
    assert.deepEqual(faults, {})
    assert.equal(audit.live, 1)
  })

  test('books that do not hold what was accepted end it with 1', async () => {
    const database = new DatabaseSync(join(server.folder, 'seckill.db'), { timeout: 5000 })
    database.exec(`
      create trigger forget after insert on stock_ledger when new.step = 1
      begin delete from stock_ledger where order_id = new.order_id; end
    `)
    const { code, stdout } = await load('--buyers', '9', '--units', '3', '--cancel', '0', ...soon)
    database.exec('drop trigger forget')
    database.close()
    assert.equal(code, 1)
    assert.match(stdout, /\nbroken:\n[^]*3 orders accepted, only 0 recorded/)
  })

  const WRONG: [string, string[], RegExp][] = [
    ['an unknown curve', ['--buyers', '9', '--curve', 'wave'], /choices are step, ramp, herd/],
    ['shares above 1', ['--buyers', '9', '--cancel', '.6', '--unpaid', '.6'], /more than 1/],
    ['nobody who comes', ['--seconds', '3'], /say how many come: --buyers, or --rate and/],
    [
      'one number too many',
      ['--buyers', '9', '--seconds', '3', '--rate', '3'],
      /say two, they give the third/,
    ],
    [
      'more than can come',
      ['--rate', '1000000', '--seconds', '60'],
      /expected 1 to 1000000 buyers/,
    ],
    ['a saturated herd', ['--saturate', '--unpaid', '0.1'], /'--saturate' cannot be used with/],
    [
      'no connection for a process',
      ['--buyers', '9', '--processes', '9', '--connections', '8'],
      /as/,
    ],
    ['a report nowhere', ['--buyers', '9', '--report', '/no/such/place'], /cannot be written/],
    ['answers nowhere', ['--buyers', '9', '--answers', '/no/such/place'], /cannot be written/],
    ['units for a sale that exists', ['--buyers', '9', '--sale', '1', '--units', '9'], /restock/],
  ]
  for (const [what, words, said] of WRONG)
    test(`${what} is refused with code 2 and what to do`, async () => {
      const { code, stdout, stderr } = await load(...words)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, said)
    })

  test('a wrong admin key is refused with code 2', async () => {
    const env = { SECKILL_ADMIN_KEY: 'not-this-one' }
    const { code, stderr } = await seckill(['load', '--url', server.url, '--buyers', '9'], { env })
    assert.equal(code, 2)
    assert.match(stderr, /does not know this admin key: set SECKILL_ADMIN_KEY/)
  })
})

const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)
