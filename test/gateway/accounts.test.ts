// Accounts over HTTP: names and passwords, who is told what, and how much work strangers can cause.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Engine, type Reply, startEngine } from '../support/engine.ts'
import { newBuyer, PASSWORD, signIn, signUp } from '../support/accounts.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'

let engine: Engine

before(async () => {
  engine = await startEngine({ SECKILL_TRIES_PER_ADDRESS: '10000' })
})

after(() => engine[Symbol.asyncDispose]())

const seen = ({ status, body }: Reply) => [status, body.code]

suite('an account', () => {
  test('is made once per name, whatever its case, width and spaces', async () => {
    const made = await signUp(engine, 'Ann')
    assert.equal(made.status, 201)
    assert.match(made.body.buyerId, /^\d+$/)
    for (const name of ['Ann', 'ann', ' ANN ', 'Ａｎｎ'])
      assert.deepEqual(seen(await signUp(engine, name)), [409, 'name-taken'])
    assert.equal((await signIn(engine, 'ＡNN')).status, 201)
  })

  test('goes to exactly one of those who ask for its name at once', async () => {
    for (const name of ['one', 'two', 'three']) {
      const replies = await Promise.all([1, 2, 3, 4].map(() => signUp(engine, name)))
      const made = replies.filter(({ status }) => status === 201)
      const taken = replies.filter(({ body }) => body.code === 'name-taken')
      assert.deepEqual([made.length, taken.length], [1, 3])
    }
  })

  test('needs a name that can be seen and a password of 8 to 256 characters', async () => {
    const name = 'careful'
    const password = PASSWORD
    const bad: [unknown, string][] = [
      [{ name: '', password }, 'name'],
      [{ name: '   ', password }, 'name'],
      [{ name: 'a\u200bb', password }, 'name'],
      [{ name: 'x'.repeat(65), password }, 'name'],
      [{ name: 7, password }, 'name'],
      [{ password }, 'name'],
      [{ name, password: 'seven 7' }, 'password'],
      [{ name, password: 'x'.repeat(257) }, 'password'],
      [{ name, password: 12_345_678 }, 'password'],
      [{ name }, 'password'],
      [{ name, password, buyerId: '5' }, 'buyerId'],
    ]
    for (const path of ['/api/buyers', '/api/sessions'])
      for (const [body, field] of bad) {
        const reply = await engine.request('POST', path, { body })
        assert.deepEqual(seen(reply), [400, 'malformed'], JSON.stringify(body))
        assert.ok(reply.body.detail.includes(field), reply.body.detail)
      }
    assert.deepEqual(seen(await signIn(engine, name)), [401, 'wrong-name-or-password'])
  })

  test('opens with its very password only', async () => {
    const odd = ' pässwörd\t\u0000密 '
    await engine.request('POST', '/api/buyers', { body: { name: 'odd', password: odd } })
    assert.equal((await signIn(engine, 'odd', { password: odd })).status, 201)
    for (const password of [odd.trim(), odd.toUpperCase(), `${odd} `, PASSWORD])
      assert.deepEqual(seen(await signIn(engine, 'odd', { password })), [
        401,
        'wrong-name-or-password',
      ])
  })
})

suite('whoever signs in', () => {
  test('is not told whether the name exists', async () => {
    await signUp(engine, 'known')
    const password = 'a wrong password'
    const [known, unknown] = [
      await signIn(engine, 'known', { password }),
      await signIn(engine, 'nobody', { password }),
    ]
    assert.deepEqual(known.body, unknown.body)
    assert.equal(known.status, unknown.status)
    const told = ({ headers }: Reply) => [...headers.keys()].filter((name) => name !== 'date')
    assert.deepEqual(told(known), told(unknown))
  })

  test('gets a session that ends when it says, and no cookie', async () => {
    await signUp(engine, 'punctual')
    const { body, headers } = await signIn(engine, 'punctual')
    const leftMs = Date.parse(body.expiresAt) - Date.now()
    assert.ok(Math.abs(leftMs - 604_800_000) < 5000, body.expiresAt)
    assert.deepEqual(Object.keys(body).toSorted(), ['expiresAt', 'sessionToken'])
    assert.equal(headers.get('set-cookie'), null)
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('signs out everywhere this session was used, and nowhere else', async () => {
    const { sessionToken: first } = await newBuyer(engine, 'twice')
    const second = (await signIn(engine, 'twice')).body.sessionToken
    const signOut = (credential: string) =>
      engine.request('DELETE', '/api/sessions/current', { credential })
    const gone = await signOut(first)
    assert.deepEqual([gone.status, gone.body], [204, ''])
    assert.deepEqual(seen(await signOut(first)), [401, 'unauthorized'])
    assert.equal((await signOut(second)).status, 204)
  })
})

suite('strangers', () => {
  test('cannot make the process hash more than it can', async () => {
    const asked = Array.from({ length: 60 }, (_, at) => signUp(engine, `herd ${at}`))
    const time = engine.request('GET', '/api/time')
    const startedMs = performance.now()
    assert.equal((await time).status, 200)
    const answeredMs = performance.now() - startedMs
    const replies = await Promise.all(asked)
    const busy = replies.filter(({ status }) => status === 503)
    assert.ok(busy.length >= 10, `${busy.length} were told to come back`)
    for (const { body, headers } of busy) {
      assert.equal(body.code, 'busy')
      assert.match(headers.get('retry-after')!, /^[1-3]$/)
    }
    assert.equal(replies.filter(({ status }) => status === 201).length, 60 - busy.length)
    assert.ok(answeredMs < 500, `others waited ${answeredMs} ms`)
  })
})

suite('tries', () => {
  const limited = () =>
    startEngine({
      SECKILL_TRIES_PER_NAME: '3',
      SECKILL_TRIES_PER_ADDRESS: '6',
      SECKILL_TRUSTED_PROXIES: '127.0.0.1,::1',
    })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const password = 'a wrong password'

  const assertTooMany = (reply: Reply) => {
    assert.deepEqual(seen(reply), [429, 'too-many-tries'])
    const seconds = Number(reply.headers.get('retry-after'))
    assert.ok(seconds > 290 && seconds <= 300, `${seconds} s`)
  }

  test('of one name are bounded, whoever makes them, and whether it exists or not', async () => {
    await using few = await limited()
    await signUp(few, 'ann', from('192.0.2.1'))
    for (const name of ['ann', 'nobody']) {
      const tryFrom = (address: string, typed = name) =>
        signIn(few, typed, { password, headers: from(address) })
      for (const address of ['192.0.2.2', '192.0.2.3', '192.0.2.4'])
        assert.deepEqual(seen(await tryFrom(address)), [401, 'wrong-name-or-password'])
      assertTooMany(await tryFrom('192.0.2.5'))
      assertTooMany(await tryFrom('192.0.2.6', name.toUpperCase()))
      assertTooMany(await signIn(few, name, { headers: from('192.0.2.7') }))
    }
    const other = await signIn(few, 'other', { password, headers: from('192.0.2.5') })
    assert.equal(other.status, 401, 'another name can be tried')
  })

  test('from one address are bounded, with any name, for sign-in and sign-up together', async () => {
    await using few = await limited()
    for (const at of [1, 2, 3]) await signUp(few, `maker ${at}`, from('192.0.2.1'))
    for (const at of [1, 2, 3])
      await signIn(few, `guess ${at}`, { password, headers: from('192.0.2.1') })
    assertTooMany(await signUp(few, 'maker 4', from('192.0.2.1')))
    assertTooMany(await signIn(few, 'maker 1', { headers: from('192.0.2.1') }))
    assert.equal((await signIn(few, 'maker 1', { headers: from('192.0.2.2') })).status, 201)
  })

  test('from one network of IPv6 count as one', async () => {
    await using few = await limited()
    for (let at = 1; at <= 6; at += 1)
      await signIn(few, `guess ${at}`, { password, headers: from(`2001:db8::${at}`) })
    assertTooMany(await signIn(few, 'guess 7', { password, headers: from('2001:db8::ffff:7') }))
    const other = await signIn(few, 'guess 7', { password, headers: from('2001:db8:0:1::1') })
    assert.equal(other.status, 401)
  })
})

test('a try that the store could not answer is none', async () => {
  await using strict = await startEngine({ SECKILL_TRIES_PER_NAME: '2' })
  await signUp(strict, 'ann')
  await pastTheEngine(strict, (database) => database.exec(FAIL))
  for (let round = 0; round < 4; round += 1) assert.equal((await signIn(strict, 'ann')).status, 503)
  await pastTheEngine(strict, (database) => database.exec('drop trigger fail'))
  assert.equal((await signIn(strict, 'ann')).status, 201)
})

const FAIL = `
  create trigger fail before insert on sessions
  begin
    select raise(fail, 'as if it could not be kept');
  end
`
