// Where a stock engine may be said to be, and what is refused without showing what may be a password.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConfigError, readConfig, shownSettings } from '../../src/config.ts'
import { stockPlace } from '../../src/config/technologies.ts'

const PASSWORD = 'hunter2-hunter2'

const OPEN = { username: undefined, password: undefined, tls: false }

const PLACES: [string, ReturnType<typeof stockPlace>][] = [
  ['sqlite:', { kind: 'sqlite' }],
  ['redis://host', { kind: 'redis', url: 'redis://host' }],
  ['rediss://user:p%40ss@host:1/2', { kind: 'redis', url: 'rediss://user:p%40ss@host:1/2' }],
  ['redis-cluster://a:1,b:2/', { kind: 'redis-cluster', nodes: ['a:1', 'b:2'], ...OPEN }],
  ['redis-cluster://[::1]:1', { kind: 'redis-cluster', nodes: ['[::1]:1'], ...OPEN }],
  [
    'rediss-cluster://:p%3Ass@a:1',
    { kind: 'redis-cluster', nodes: ['a:1'], ...OPEN, password: 'p:ss', tls: true },
  ],
]

const WRONG = [
  'redis://',
  'redis:6379',
  'localhost:6379',
  'redis://host:6379/first',
  'redis://host:6379/?db=1',
  'redis://host:70000',
  'redis-cluster://one',
  'redis-cluster://one:1,,two:2',
  'redis-cluster://one:70000',
  'redis-sentinel://one:26379',
  `redis://${PASSWORD}@host:6379`,
  `redis://:${PASSWORD}/x@host:6379`,
  `redis://:${PASSWORD}#x@host:6379`,
  `redis://:${PASSWORD}@x@host:6379`,
  `redis://:${PASSWORD}%@host:6379`,
  `redis-cluster://user:${PASSWORD}:x@host:6379`,
  `redis:/:${PASSWORD}@host:6379`,
  `user:${PASSWORD}@host:6379`,
]

suite('SECKILL_STOCK_URL', () => {
  for (const [text, place] of PLACES)
    test(`${text} is a place`, () => assert.deepEqual(stockPlace(text), place))

  for (const text of WRONG)
    test(`${text} is refused, and no password is shown`, () => {
      const read = () => readConfig({ SECKILL_STOCK_URL: text }, '/nowhere')
      assert.throws(read, (error) => {
        assert(error instanceof ConfigError)
        assert.match(error.message, /^SECKILL_STOCK_URL: expected sqlite:, redis:\/\/host:6379 or /)
        return !error.message.includes(PASSWORD)
      })
    })

  test('the settings that are shown have no password', () => {
    const url = `redis-cluster://user:${PASSWORD}@a:1,b:2`
    const shown = shownSettings(readConfig({ SECKILL_STOCK_URL: url }, '/nowhere'))
    assert.equal(
      shown.find(({ name }) => name === 'SECKILL_STOCK_URL')?.value,
      'redis-cluster://…@a:1,b:2',
    )
  })
})
