// Settings: a wrong one stops the start with one line that names it and says what was expected.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, type Environment, readConfig } from '../src/config.ts'

const inFolder = (use: (folder: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-config-'))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const read = (environment: Environment) => readConfig(environment, '/nowhere')

test('without any setting there is a whole configuration', () => {
  const config = read({})
  assert.equal(config.SECKILL_PORT, 3000)
  assert.equal(config.SECKILL_HOST, '127.0.0.1')
  assert.equal(config.SECKILL_DATA, './data')
  assert.deepEqual(config.SECKILL_ADMIN_KEY, [])
})

test('a value that does not parse is named, with what was expected', () => {
  const wrong: [Environment, RegExp][] = [
    [
      { SECKILL_PORT: 'http' },
      /^SECKILL_PORT: expected a whole number from 0 to 65535, not "http"$/,
    ],
    [{ SECKILL_PORT: '65536' }, /^SECKILL_PORT: /],
    [{ SECKILL_PORT: '-1' }, /^SECKILL_PORT: /],
    [{ SECKILL_PORT: '3e3' }, /^SECKILL_PORT: /],
    [{ SECKILL_PORT: '' }, /^SECKILL_PORT: /],
    [{ SECKILL_DEMO: 'yes' }, /^SECKILL_DEMO: expected on or off, not "yes"$/],
    [{ SECKILL_STOCK_URL: 'memory:' }, /^SECKILL_STOCK_URL: expected sqlite:/],
    [{ SECKILL_SALE_BURST: '5' }, /^SECKILL_SALE_BURST: must not be less than SECKILL_SALE_PER_/],
    [{ SECKILL_ORDERS_KEPT_MS: '5' }, /^SECKILL_ORDERS_KEPT_MS: must not be less than SECKILL_EN/],
    [{ SECKILL_BUYER_WINDOW: 'mysql' }, /^SECKILL_BUYER_WINDOW: expected process or redis, not/],
    [{ SECKILL_BUYER_WINDOW: 'redis' }, /^SECKILL_BUYER_WINDOW: redis needs .*SECKILL_STOCK_URL=/],
    [{ SECKILL_PROT: '1' }, /^SECKILL_PROT: there is no such setting/],
    [{ SECKILL_SECRET_FILE: '/nowhere/secret' }, /^SECKILL_SECRET_FILE: the file /],
  ]
  for (const [environment, message] of wrong)
    assert.throws(() => read(environment), { constructor: ConfigError, message })
})

test('a wrong secret is never shown', () => {
  for (const name of ['SECKILL_ADMIN_KEY', 'SECKILL_SECRET'])
    assert.throws(
      () => read({ [name]: 'a b:c d,hidden value,x:' }),
      (error: Error) => {
        assert.match(error.message, new RegExp(`^${name}: expected `))
        assert.doesNotMatch(error.message, /hidden/)
        return true
      },
    )
})

test('keys are read with role, id and value; bare ones have defaults', () => {
  const config = read({
    SECKILL_ADMIN_KEY: 'viewer:desk:a:b,operator:boss:c,bare',
    SECKILL_SECRET: 'k2:new:secret,k1:old',
  })
  assert.deepEqual(config.SECKILL_ADMIN_KEY, [
    { role: 'viewer', id: 'desk', value: 'a:b' },
    { role: 'operator', id: 'boss', value: 'c' },
    { role: 'operator', id: 'default', value: 'bare' },
  ])
  assert.deepEqual(config.SECKILL_SECRET, [
    { id: 'k2', secret: 'new:secret' },
    { id: 'k1', secret: 'old' },
  ])
  const [bare] = read({ SECKILL_SECRET: 'bare' }).SECKILL_SECRET
  assert.deepEqual(bare, { id: 'default', secret: 'bare' })
})

test('a .env file is read, the environment wins, and a _FILE twin holds a secret', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, '.env'), 'SECKILL_PORT=4000\nSECKILL_HOST=localhost\n')
    writeFileSync(join(folder, 'secret'), 'k:from a file\n')
    const secretFile = { SECKILL_SECRET_FILE: join(folder, 'secret') }
    const config = readConfig({ SECKILL_PORT: '5000', ...secretFile }, folder)
    assert.deepEqual([config.SECKILL_PORT, config.SECKILL_HOST], [5000, 'localhost'])
    assert.deepEqual(config.SECKILL_SECRET, [{ id: 'k', secret: 'from a file' }])
    const both = { ...secretFile, SECKILL_SECRET: 'x' }
    assert.throws(() => readConfig(both, folder), /not both/)
  })
})

test('a URL with a password in it may be in a file, and is not shown when it is wrong', () => {
  inFolder((folder) => {
    const [stock, store] = ['redis://:hidden@cache:6379', 'mysql://shop:hidden@db/shop']
    const files = { STOCK: stock, STORE: store, QUEUE: 'kafka://broker:9092', PORT: '4000' }
    const name = (kind: string) => join(folder, kind)
    for (const [kind, text] of Object.entries(files)) writeFileSync(name(kind), `${text}\n`)
    const config = readConfig({
      SECKILL_STOCK_URL_FILE: name('STOCK'),
      SECKILL_QUEUE_URL_FILE: name('QUEUE'),
      SECKILL_STORE_URL_FILE: name('STORE'),
    })
    assert.equal(config.SECKILL_STOCK_URL, stock)
    assert.deepEqual(config.SECKILL_STORE_URL, [store])
    const wrong = { SECKILL_STOCK_URL_FILE: name('STORE') }
    assert.throws(() => readConfig(wrong), /^Error: SECKILL_STOCK_URL: expected((?!hidden).)*$/)
    for (const text of ['hidden', 'mysql://shop:hidden/db', 'kafkas://b:9093?password=hidden']) {
      writeFileSync(name('STOCK'), text)
      const half = { SECKILL_STOCK_URL_FILE: name('STOCK') }
      assert.throws(() => readConfig(half), /^Error: SECKILL_STOCK_URL: expected((?!hidden).)*$/)
    }
    const plain = { SECKILL_PORT_FILE: name('PORT') }
    assert.throws(() => readConfig(plain), /SECKILL_PORT_FILE: there is no such setting/)
  })
})

test('accounts elsewhere need all three settings, and without them none may be set', () => {
  const jwks = {
    SECKILL_IDENTITY: 'jwks',
    SECKILL_JWKS_URL: 'https://accounts.example/keys',
    SECKILL_JWKS_ISSUER: 'https://accounts.example',
    SECKILL_JWKS_AUDIENCE: 'shop',
  }
  assert.equal(read(jwks).SECKILL_JWKS_AUDIENCE, 'shop')
  const { SECKILL_IDENTITY: _identity, ...three } = jwks
  for (const name of Object.keys(three) as (keyof typeof three)[]) {
    const missing = new RegExp(`^${name}: needed with SECKILL_IDENTITY=jwks$`)
    assert.throws(() => read({ ...jwks, [name]: '' }), {
      constructor: ConfigError,
      message: missing,
    })

    test('where buyers sign in is a path of the same origin', () => {
      const jwks = {
        SECKILL_IDENTITY: 'jwks',
        SECKILL_JWKS_URL: 'https://accounts.example/keys',
        SECKILL_JWKS_ISSUER: 'https://accounts.example',
        SECKILL_JWKS_AUDIENCE: 'shop',
      }
      const withPath = (path: string) => read({ ...jwks, SECKILL_SIGN_IN_PATH: path })
      assert.equal(withPath('/sign-in?from=sale').SECKILL_SIGN_IN_PATH, '/sign-in?from=sale')
      for (const path of [
        'https://accounts.example',
        '//accounts.example',
        '/\\evil.example',
        'sign-in',
      ])
        assert.throws(
          () => withPath(path),
          /SECKILL_SIGN_IN_PATH: expected a path of the same origin/,
        )
      const alone = { SECKILL_SIGN_IN_PATH: '/sign-in' }
      assert.throws(() => read(alone), /SECKILL_SIGN_IN_PATH: set SECKILL_IDENTITY=jwks as well/)
    })
    const alone = new RegExp(`^${name}: set SECKILL_IDENTITY=jwks as well, or leave it out$`)
    assert.throws(() => read({ [name]: three[name] }), { constructor: ConfigError, message: alone })
  }
})

test('the keys of another identity provider come encrypted, or from this machine', () => {
  const withUrl = (url: string) =>
    read({
      SECKILL_IDENTITY: 'jwks',
      SECKILL_JWKS_URL: url,
      SECKILL_JWKS_ISSUER: 'i',
      SECKILL_JWKS_AUDIENCE: 'a',
    })
  for (const url of ['http://127.0.0.1:8080/keys', 'http://[::1]/keys', 'http://localhost/keys'])
    assert.equal(withUrl(url).SECKILL_JWKS_URL, url)
  const bad = [
    'keys',
    'http://accounts.example/keys',
    'http://localhost@evil.example/',
    'file:///k',
  ]
  for (const url of bad)
    assert.throws(() => withUrl(url), /SECKILL_JWKS_URL: expected an https address/)
})
