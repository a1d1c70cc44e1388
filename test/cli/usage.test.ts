// What the command line says to people who ask it, and to those who have it wrong.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { seckill } from '../support/cli.ts'
import { SECKILL } from '../support/server.ts'

suite('usage', { concurrency: 2 }, () => {
  test('help lists every command and gives examples', async () => {
    const { code, stdout } = await seckill(['--help'])
    assert.equal(code, 0)
    for (const command of ['start', 'sale', 'tokens', 'audit', 'reconcile', 'load'])
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'))
    assert.match(stdout, /Examples:/)
  })

  for (const words of [['start'], ['sale', 'create'], ['tokens'], ['audit'], ['load']])
    test(`the help of ${words.join(' ')} gives examples`, async () => {
      const { code, stdout } = await seckill([...words, '--help'])
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
    [
      'two ways to say how fast',
      ['load', '--buyers', '9', '--over', '10', '--rate', '9'],
      /--over or --rate, not both/,
    ],
    ['an address that is none', ['audit', '7', '--url', 'here'], /expected an address like http/],
  ]

  for (const [what, words, said] of WRONG)
    test(`${what} is refused with code 2 and what was expected`, async () => {
      const { code, stdout, stderr } = await seckill(words)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, said)
      assert.doesNotMatch(stderr, /\n\s+at /)
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
