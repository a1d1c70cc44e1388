// Which secrets are believed: in development its own, in production only those that nobody can guess.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { suite, test } from 'node:test'
import { ConfigError, type Environment, readConfig } from '../../src/config.ts'
import { checkSecrets, credentials } from '../../src/processes/credentials.ts'

const read = (environment: Environment) => readConfig(environment, '/nowhere')
const never = () => assert.fail('production generates nothing')
const random = () => randomBytes(32).toString('base64')

const OPEN = { SECKILL_HOST: '0.0.0.0' }
const GOOD = { ...OPEN, SECKILL_ADMIN_KEY: random(), SECKILL_SECRET: random() }
const PAYMENTS = { ...GOOD, SECKILL_SANDBOX_PAYMENTS: 'on' }

const refused = (environment: Environment, message: RegExp) =>
  assert.throws(() => credentials(read(environment), never), { constructor: ConfigError, message })

suite('an address others can reach, or a stock engine in Redis, needs', () => {
  test('secrets of its own, and says how they are made', () => {
    assert.equal(credentials(read(GOOD), never).signingKeys[0]!.secret, GOOD.SECKILL_SECRET)
    const redis = { SECKILL_STOCK_URL: 'redis://127.0.0.1:6379' }
    for (const where of [OPEN, redis])
      for (const name of ['SECKILL_ADMIN_KEY', 'SECKILL_SECRET'])
        refused(
          { ...GOOD, SECKILL_HOST: undefined, ...where, [name]: undefined },
          new RegExp(`^${name}: needed in production .*: openssl rand -base64 32$`),
        )
  })

  test('a signing secret where it signs, and no payment secret where nobody pays', () => {
    const { SECKILL_SECRET: _secret, ...unsigned } = PAYMENTS
    assert.doesNotThrow(() => checkSecrets(read(unsigned), ['worker']))
    assert.throws(() => checkSecrets(read(unsigned), ['gateway']), /SECKILL_SECRET: needed/)
    assert.throws(() => checkSecrets(read(unsigned), ['keeper']), /SECKILL_PAYMENT_SECRET: needed/)
    assert.deepEqual(credentials(read(GOOD), never).paymentKeys, [], 'no payments, no secret')
    refused(PAYMENTS, /^SECKILL_PAYMENT_SECRET: needed with SECKILL_SANDBOX_PAYMENTS=on/)
  })

  const WEAK: Record<string, [RegExp, string[]]> = {
    'short secrets': [/: too short /, [random().slice(0, 31), 'x']],
    'secrets of few characters': [
      /: made of too few different characters /,
      ['x'.repeat(32), '01'.repeat(20), 'hahahahahahahahahaha!!!!!!!!!!!!!!!'],
    ],
    'secrets of one pattern': [
      /: one pattern, again and again /,
      [
        'n7$Kq2Zx'.repeat(4),
        `${random()}`.slice(0, 20).repeat(2),
        'abcdefghijklmnopqrstuvwxyz0123456789',
        'zyxwvutsrqponmlkjihgfedcba9876543210',
        '00112233445566778899aabbccddeeff',
      ],
    ],
    'secrets of words': [
      /: made of words that everybody tries first /,
      [
        'changeme-CHANGE-ME-change_me-changeme',
        'please-change-this-admin-password-2026',
        'operator-key-that-only-tests-know-000',
        'my-super-secret-password-for-seckill',
        'your-secret-key-goes-here-replace-me',
        'correct horse battery staple correct'.replaceAll(' ', '-'),
      ],
    ],
  }
  for (const [what, [message, values]] of Object.entries(WEAK))
    test(`no ${what}, and shows none`, () => {
      for (const value of values)
        for (const [name, given] of [
          ['SECKILL_ADMIN_KEY', value],
          ['SECKILL_ADMIN_KEY', `viewer:desk:${value}`],
          ['SECKILL_SECRET', value],
          ['SECKILL_SECRET', `new:${random()},old:${value}`],
        ] as const)
          assert.throws(
            () => credentials(read({ ...GOOD, [name]: given }), never),
            (error: Error) => {
              assert(error instanceof ConfigError)
              assert.match(error.message, new RegExp(`^${name}${message.source}`))
              assert.match(error.message, /openssl rand -base64 32$/)
              assert(value === 'x' || !error.message.includes(value))
              return true
            },
            value,
          )
    })

  test('a payment secret whose bytes nobody can guess', () => {
    const bytes = ['payment', 'changeme-changeme-1', 'whsec_secret_of_payments'].map((text) =>
      Buffer.alloc(30, text),
    )
    for (const key of [...bytes, Buffer.alloc(24, 7)])
      for (const secret of [key.toString('base64'), `whsec_${key.toString('base64')}`])
        refused(
          { ...PAYMENTS, SECKILL_PAYMENT_SECRET: secret },
          /^SECKILL_PAYMENT_SECRET: (one|made) .*whsec_ and random bytes/,
        )
    const key = randomBytes(24).toString('base64')
    for (const secret of [key, `whsec_${key}`]) {
      const config = read({ ...PAYMENTS, SECKILL_PAYMENT_SECRET: `new:${secret},old:${secret}` })
      assert.deepEqual(credentials(config, never).paymentKeys, [
        { id: 'new', secret },
        { id: 'old', secret },
      ])
    }
  })

  test('one secret for each purpose', () => {
    const both = random()
    const shared: [Environment, RegExp][] = [
      [
        { SECKILL_ADMIN_KEY: both, SECKILL_SECRET: `new:${random()},old:${both}` },
        /^SECKILL_ADMIN_KEY: the key of an operator is the signing secret as well; give each its own$/,
      ],
      [
        { SECKILL_SECRET: both, SECKILL_PAYMENT_SECRET: `whsec_${both}` },
        /^SECKILL_SECRET: the signing secret is the payment secret as well/,
      ],
      [
        { SECKILL_ADMIN_KEY: `viewer:desk:${both},operator:boss:${both}` },
        /^SECKILL_ADMIN_KEY: the key of a viewer is the key of an operator as well/,
      ],
    ]
    for (const [environment, message] of shared) refused({ ...GOOD, ...environment }, message)
    const renamed = { ...GOOD, SECKILL_SECRET: `new:${both},default:${both}` }
    assert.equal(credentials(read(renamed), never).signingKeys.length, 2)
  })

  test('and takes what is random, in whichever alphabet', () => {
    for (let turn = 0; turn < 2000; turn += 1) {
      const bytes = randomBytes(32)
      const words = [
        bytes.toString('hex').slice(0, 32),
        bytes.toString('base64'),
        `seckill-production-${bytes.toString('base64url')}`,
        `${crypto.randomUUID()}`,
      ]
      for (const secret of words) {
        const environment = { ...GOOD, SECKILL_SECRET: secret }
        assert.doesNotThrow(() => credentials(read(environment), never), `not taken: ${secret}`)
      }
    }
  })
})

test('production takes no secret that a document or a file of ours shows', () => {
  const root = join(import.meta.dirname, '../..')
  const files = globSync(['*.md', '*.yaml', 'docs/**/*.md', 'deploy/**/*', 'Dockerfile'], {
    cwd: root,
  })
  const texts = files
    .filter((file) => extname(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
  const given = /\b(SECKILL_(?:ADMIN_KEY|SECRET|PAYMENT_SECRET))(?:=|: +)["']?([^\s"'`|]+)/g
  const shown = texts.flatMap((text) => [...text.matchAll(given)])
  assert(shown.length > 0)
  for (const [all, name, value] of shown)
    if (!value!.startsWith('$('))
      assert.throws(() => checkSecrets(read({ ...GOOD, [name!]: value })), ConfigError, all)
})

test('a payment secret is one of Standard Webhooks, everywhere', () => {
  const key = Buffer.alloc(24, 7).toString('base64')
  const short = Buffer.alloc(23, 7).toString('base64')
  for (const secret of [short, `whsec_${short}`, 'no base64 at all but a long one', `${key}=`])
    assert.throws(() => read({ SECKILL_PAYMENT_SECRET: secret }), {
      constructor: ConfigError,
      message:
        /^SECKILL_PAYMENT_SECRET: expected whsec_ and the base64 of at least 24 random bytes$/,
    })
})

test('development takes any, and only a key that was generated here may be shown', () => {
  const made = { adminKey: 'made-here', signingSecret: 'made-here-too', paymentSecret: 'whsec_' }
  const shown = (environment: Environment) =>
    credentials(read(environment), () => made).generatedAdminKey
  assert.equal(shown({}), 'made-here')
  assert.equal(shown({ SECKILL_ADMIN_KEY: 'ours' }), undefined)
  assert.equal(shown({ SECKILL_ADMIN_KEY: 'ours', SECKILL_SECRET: 'ours' }), undefined)
})
