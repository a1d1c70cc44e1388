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
    seckill(['load', '--url', server.url, '--over', '300', ...words], {
      env: { SECKILL_DATA: server.folder },
    })

  before(async () => void (server = await startServer()))
  after(() => server[Symbol.asyncDispose]())

  test('a small herd finds every promise kept, and the independent auditor agrees', async () => {
    const answersFile = join(server.folder, 'answers.jsonl')
    const database = join(server.folder, 'seckill.db')
    const files = ['--answers', answersFile, '--database', database]
    const herd = ['--buyers', '500', '--units', '50', '--cancel', '0.3', '--again', '0.5']
    const { code, stdout } = await load(...herd, '--seed', '7', '--json', ...files)
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
    const { live, released, drift } = result.audit
    assert.deepEqual({ live, released, drift }, { live: 50, released: cancelled, drift: 0 })
    const lines = (await readFile(answersFile, 'utf8')).trimEnd().split('\n')
    const { opening, retry, again, chase } = result.attempts
    const cancels = Object.values<number>(result.cancels).reduce((sum, count) => sum + count, 0)
    assert.equal(lines.length, opening + retry + again + chase + cancels)
  })

  test('a herd that comes again gets its orders again, and cancels none of them', async () => {
    const create = ['sale', 'create', '--title', 'Twice', '--product-title', 'Phone']
    const terms = ['--list-price', '10', '--price', '9', '--stock', '20', '--starts-at', '+0s']
    const made = await seckill([...create, ...terms, '--json', '--url', server.url], {
      env: { SECKILL_DATA: server.folder },
    })
    const sale = ['--sale', JSON.parse(made.stdout).saleId, '--buyers', '40', '--cancel', '0']
    const first = await load(...sale)
    assert.equal(first.code, 0, first.stdout)
    assert.match(first.stdout, /^good: 20 accepted, all of them recorded$/m)
    const { stdout } = await load(...sale, '--cancel', '1', '--json')
    const second = JSON.parse(stdout)
    assert.deepEqual(second.broken, [])
    assert.deepEqual(second.opening.outcomes, { 'already-reserved': 20, 'sold-out': 20 })
    const { accepted, recorded, cancels } = second
    assert.deepEqual({ accepted, recorded, cancels }, { accepted: 0, recorded: 0, cancels: {} })
  })

  test('books that do not hold what was accepted end it with 1', async () => {
    const database = new DatabaseSync(join(server.folder, 'seckill.db'))
    database.exec(`
      create trigger forget after insert on stock_ledger when new.step = 1
      begin delete from stock_ledger where order_id = new.order_id; end
    `)
    const { code, stdout } = await load('--buyers', '9', '--units', '3', '--cancel', '0')
    database.exec('drop trigger forget')
    database.close()
    assert.equal(code, 1)
    assert.match(stdout, /\nbroken:\n[^]*3 orders accepted, only 0 recorded/)
  })
})
