// What the command line says to people who ask it, and to those who have it wrong.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { SECKILL } from '../support/server.ts'

const COMMANDS = [
  'start',
  'gateway',
  'worker',
  'keeper',
  'sale create',
  'tokens',
  'audit',
  'reconcile',
  'load',
  'plan',
  'order list',
  'order show',
  'order cancel',
  'order refund',
  'buyer show',
  'buyer export',
  'buyer erase',
  'block add',
  'block import',
  'block list',
  'block remove',
  'dead-letters list',
  'dead-letters replay',
  'webhook add',
  'webhook list',
  'webhook edit',
  'webhook enable',
  'webhook disable',
  'webhook rotate-secret',
  'webhook remove',
  'webhook deliveries',
  'webhook replay',
  'pages build',
  'doctor',
  'backup',
  'restore',
]

suite('usage', { concurrency: 2 }, () => {
  test('help lists every command and gives examples', async () => {
    const { code, stdout } = await seckill(['--help'])
    assert.equal(code, 0)
    for (const command of COMMANDS)
      assert.match(stdout, new RegExp(`^  ${command.split(' ')[0]} `, 'm'), command)
    assert.match(stdout, /Examples:/)
  })

  for (const command of COMMANDS)
    test(`the help of ${command} gives examples`, async () => {
      const { code, stdout } = await seckill([...command.split(' '), '--help'])
      assert.equal(code, 0)
      assert.match(stdout, /Examples:\n {2}/)
    })

  test('the version is that of the package', async () => {
    const { code, stdout } = await seckill(['--version'])
    assert.equal(code, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  const WRONG: [string, string[], RegExp][] = [
    ['an unknown command', ['stat'], /unknown command 'stat'[^]*start/],
    ['an unknown option', ['audit', '7', '--fast'], /unknown option '--fast'/],
    ['a missing option', ['tokens', '--buyers', '3'], /required option '--sale <id>'/],
    ['an id with letters', ['audit', 'x7'], /Expected an id/],
    ['an instant in words', [...create('soon'), '--yes'], /Expected an instant like/],
    ['a share above 1', ['load', '--buyers', '9', '--cancel', '1.5'], /Expected a share/],
    ['no buyers', ['load', '--buyers', '0'], /Expected a whole number from 1/],
    ['a strategy there is not', ['load', '--strategy', 'luck'], /choices are counter, tokens, seg/],
    ['too many segments', ['sale', 'edit', '7', '--segments', '101'], /whole number from 1 to 100/],
    [
      'a strategy for a sale that has one',
      ['load', '--buyers', '9', '--sale', '7', '--strategy', 'tokens'],
      /--strategy is for the sale that load makes/,
    ],
    [
      'two ways to say how fast',
      ['load', '--buyers', '9', '--seconds', '10', '--rate', '9'],
      /--buyers, --seconds and --rate: say two/,
    ],
    ['a cancellation without a reason', ['order', 'cancel', '7'], /required option '--reason/],
    ['an order that is none', ['order', 'show', 'x'], /Expected an id/],
    ['a status there is not', ['order', 'list', '--status', 'lost'], /Allowed choices are pending/],
    ['a page too long', ['order', 'list', '--limit', '101'], /whole number from 1 to 100/],
    ['an erasure without a reason', ['buyer', 'erase', '7'], /required option '--reason/],
    ['a block without a reason', ['block', 'add', '--buyer', '7'], /required option '--reason/],
    ['a block of nobody', ['block', 'remove'], /name one of --buyer, --address and --cidr/],
    ['a replay of nothing', ['dead-letters', 'replay'], /missing required argument 'letter'/],
    ['a webhook to nobody', ['webhook', 'add'], /--to: say who is to be told/],
    ['a change of nothing', ['webhook', 'edit', '3'], /say what to change: --to/],
    [
      'an event there is not',
      ['webhook', 'add', '--to', 'https://shop.example/', '--events', 'order.eaten'],
      /Expected some of order\.pending/,
    ],
    ['a backup to nowhere', ['backup'], /required option '--to <file>'/],
    ['a restore of nothing', ['restore', '--replace'], /name the backup with --from FILE/],
    ['a sale that is none', ['doctor', '--sale', 'x'], /Expected an id/],
    ['an address that is none', ['audit', '7', '--url', 'here'], /expected an address like http/],
  ]

  for (const [what, words, said] of WRONG)
    test(`${what} is refused with code 2 and what was expected`, async () => {
      const { code, stdout, stderr } = await seckill(words)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, said)
      assert.doesNotMatch(stderr, /\n\s+at /)
    })

  for (const role of ['gateway', 'worker', 'keeper'])
    test(`${role} does not run apart with SQLite, and says what does`, async () => {
      const { code, stdout, stderr } = await seckill([role])
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, /^seckill: [^\n]+\n$/)
      assert.match(
        stderr,
        /run "seckill start".*\(redis, sqlite, sqlite\), \(redis, kafka, mysql\)/,
      )
    })

  test('a stock engine that this version does not know is refused, with the legal sets', async () => {
    const env = { SECKILL_STOCK_URL: 'memcached://127.0.0.1:11211' }
    const { code, stdout, stderr } = await seckill(['start'], { env })
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    assert.match(
      stderr,
      /^seckill: SECKILL_STOCK_URL: expected sqlite:.*\(redis, kafka, mysql\).*\n$/,
    )
  })

  test('an old Node is told in one line what to do', async () => {
    const old = 'Object.defineProperty(process,"version",{value:"v20.20.2"})'
    const nodeArguments = ['--import', `data:text/javascript,${old}`]
    const { code, stdout, stderr } = await seckill(['start'], { nodeArguments })
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.match(stderr, /^seckill needs Node \d+, this is v20\.20\.2: run "npm start".*\n$/)
  })

  test('the door can be read by an old Node: no syntax newer than ES2019', async () => {
    const door = await readFile(SECKILL, 'utf8')
    assert.doesNotMatch(door, /\?\.|\?\?|^\s*await|\bwith \{/m)
  })

  test('without a server a command ends with code 3 and says how to start one', async () => {
    const env = { SECKILL_ADMIN_KEY: 'some-key' }
    const { code, stderr } = await seckill(['sale', 'list', '--url', 'http://127.0.0.1:1'], { env })
    assert.equal(code, 3)
    assert.match(stderr, /^seckill: no server answers at http:\/\/127\.0\.0\.1:1 .*npm start.*\n$/)
  })

  test('without an admin key a command says where one may come from', async () => {
    const { code, stderr } = await seckill(['sale', 'list', '--url', 'http://127.0.0.1:1'])
    assert.equal(code, 2)
    assert.match(stderr, /^seckill: no admin key .*SECKILL_ADMIN_KEY_FILE.*\n$/)
  })

  test('load goes to no other machine unless its owner says so', async () => {
    const env = { SECKILL_ADMIN_KEY: 'some-key' }
    const there = ['load', '--buyers', '9', '--url', 'http://203.0.113.1:3000']
    const { code, stderr } = await seckill(there, { env })
    assert.equal(code, 2)
    assert.match(stderr, /^seckill: http:\/\/203\.0\.113\.1:3000 .*--i-own-this-host.*\n$/)
  })
})

function create(startsAt: string) {
  return ['sale', 'create', '--title', 't', '--price', '1', '--stock', '1', '--starts-at', startsAt]
}
