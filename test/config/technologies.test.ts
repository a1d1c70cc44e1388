// Where stock engine, queue and store may be said to be, which of them go together, and what is refused
// without showing what may be a password.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConfigError, type Environment, readConfig, shownSettings } from '../../src/config.ts'
import { queuePlace, stockPlace, technologySet } from '../../src/config/technologies.ts'

const PASSWORD = 'hunter2-hunter2'

const read = (environment: Environment) => readConfig(environment, '/nowhere')

const OPEN = { username: undefined, password: undefined, tls: false }

const STOCK_PLACES: [string, ReturnType<typeof stockPlace>][] = [
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

const WRONG_STOCK = [
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

const WRONG_QUEUES = [
  'kafka://',
  'kafka:a:9092',
  'a:9092',
  'kafka://a',
  'kafka://a:9092,b',
  'kafka://a:9092,kafka://b:9092',
  'kafka://a:9092/topic',
  'kafka://a:9092?sasl=plain',
  `kafka://:${PASSWORD}@a:9092`,
  `kafka://${PASSWORD}@a:9092`,
  `kafka://user:${PASSWORD}?x@a:9092`,
  `kafkas://user:${PASSWORD}@a:9092?sasl=gssapi`,
  `kafkas://user:${PASSWORD}@a:9092?tls=on`,
  'kafkas://10.0.0.1:9093',
  'kafkas://a:9093,[::1]:9093',
  `amqps://user:${PASSWORD}@a:9092`,
]

const WRONG_STORES = [
  'mysql://',
  'mysql://host/database',
  'mysql://user@host',
  'mysql://user@host/',
  'mysql://user@host/one/two',
  'mysql://user@host/d?ssl=1',
  'mysql://user@host:70000/d',
  'mysql://user@a/d,b/d',
  'mysql://user@a/d,',
  'mysql://user@a/d,sqlite:',
  'mariadb://user@a/d',
  'mysqlss://user@a/d',
  'mysqls://user@10.0.0.1/d',
  'mysqls://user@[::1]/d',
  'mysql://user@a/d,mysql://other@a:3306/d',
  `mysql://user:${PASSWORD},x@a/d`,
  `mysql://user:${PASSWORD}#x@a/d`,
  `mysql://user:${PASSWORD}%ZZ@a/d`,
  `mysql://us%ZZ:${PASSWORD}@a/d`,
  `user:${PASSWORD}@a/d`,
  Array.from({ length: 17 }, (_, at) => `mysql://user@host/d${at}`).join(),
]

const refuses = (name: string, texts: string[], expected: RegExp): void =>
  void suite(name, () => {
    for (const text of texts)
      test(`${text.slice(0, 60)} is refused, and no password is shown`, () => {
        assert.throws(
          () => read({ [name]: text }),
          (error) => {
            assert(error instanceof ConfigError)
            assert(error.message.startsWith(`${name}: expected sqlite:`))
            assert.match(error.message, expected)
            assert.match(error.message, /legal sets of stock, queue and store: \(sqlite, sqlite/)
            return !error.message.includes(PASSWORD)
          },
        )
      })
  })

suite('SECKILL_STOCK_URL', () => {
  for (const [text, place] of STOCK_PLACES)
    test(`${text} is a place`, () => assert.deepEqual(stockPlace(text), place))
})

refuses('SECKILL_STOCK_URL', WRONG_STOCK, /sqlite:, redis:\/\/host:6379 or /)
refuses('SECKILL_QUEUE_URL', WRONG_QUEUES, /kafka:\/\/host:9092,host:9092/)
refuses('SECKILL_STORE_URL', WRONG_STORES, /1 to 16 different databases as mysql:\/\/user:/)

suite('SECKILL_QUEUE_URL', () => {
  const brokers = ['a:9092', '[::1]:9093']
  const user = { username: 'user', password: 'p@ss' }
  const places = {
    'kafka://a:9092,[::1]:9093': { tls: false, sasl: undefined },
    'kafka://a:9092,[::1]:9093/': { tls: false, sasl: undefined },
    'kafka://user:p%40ss@a:9092,[::1]:9093': {
      tls: false,
      sasl: { mechanism: 'SCRAM-SHA-512', ...user },
    },
    'kafka://user:p%40ss@a:9092,[::1]:9093?sasl=plain': {
      tls: false,
      sasl: { mechanism: 'PLAIN', ...user },
    },
  }
  for (const [text, place] of Object.entries(places))
    test(`${text} is a place`, () =>
      assert.deepEqual(queuePlace(text), { kind: 'kafka', brokers, ...place }))

  test('an encrypted one is known by its names', () => {
    const place = { kind: 'kafka', brokers: ['a:9093', 'b:9093'], tls: true, sasl: undefined }
    assert.deepEqual(queuePlace('kafkas://a:9093,b:9093'), place)
  })
})

const CLUSTER = {
  SECKILL_STOCK_URL: `redis-cluster://user:${PASSWORD}@a:1,b:2`,
  SECKILL_QUEUE_URL: 'kafka://a:1,b:2',
  SECKILL_STORE_URL: `mysql://root@a/home, mysql://user:${PASSWORD}@b:3307/orders`,
}

test('the legal sets are legal', () => {
  const { SECKILL_STOCK_URL } = CLUSTER
  assert.equal(technologySet(read({})), 'embedded')
  assert.equal(technologySet(read({ SECKILL_STOCK_URL })), 'redis')
  assert.equal(technologySet(read(CLUSTER)), 'cluster')
})

suite('a set that is not legal is refused, and told which are', () => {
  const names = Object.keys(CLUSTER) as (keyof typeof CLUSTER)[]
  for (const shared of [[1], [2], [0, 1], [0, 2], [1, 2]]) {
    const environment = Object.fromEntries(shared.map((at) => [names[at]!, CLUSTER[names[at]!]]))
    test(Object.keys(environment).join(' and '), () => {
      assert.throws(() => read(environment), {
        constructor: ConfigError,
        message:
          'SECKILL_STOCK_URL, SECKILL_QUEUE_URL and SECKILL_STORE_URL: expected one of the legal ' +
          'sets of stock, queue and store: (sqlite, sqlite, sqlite), (redis, sqlite, sqlite), ' +
          '(redis, kafka, mysql)',
      })
    })
  }
})

test('the settings that are shown have no password', () => {
  const shown = new Map(shownSettings(read(CLUSTER)).map(({ name, value }) => [name, value]))
  assert.equal(shown.get('SECKILL_STOCK_URL'), 'redis-cluster://…@a:1,b:2')
  assert.equal(shown.get('SECKILL_QUEUE_URL'), 'kafka://a:1,b:2')
  assert.equal(shown.get('SECKILL_STORE_URL'), 'mysql://…@a/home,mysql://…@b:3307/orders')
})

test('a topic is named as Kafka names topics', () => {
  assert.equal(
    read({ SECKILL_QUEUE_TOPIC: 'shop-2.orders_v1' }).SECKILL_QUEUE_TOPIC,
    'shop-2.orders_v1',
  )
  for (const topic of ['', '.', '..', 'an order', 'x'.repeat(201)])
    assert.throws(
      () => read({ SECKILL_QUEUE_TOPIC: topic }),
      /^ConfigError: SECKILL_QUEUE_TOPIC: |^Error: SECKILL_QUEUE_TOPIC: /,
    )
})
