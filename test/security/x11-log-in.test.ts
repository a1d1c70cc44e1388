// X11: whoever tries to log in learns nothing about names, has few tries, and cannot make the process
// work more than it can.

import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, suite, test } from 'node:test'
import { hashingsOf } from './hashings.ts'
import { PASSWORD, signIn, signUp } from '../support/accounts.ts'
import { type Engine, OPERATOR, type Reply, startEngine } from '../support/engine.ts'
import { talk } from './talk.ts'

let engine: Engine

before(async () => {
  engine = await startEngine({
    SECKILL_TRIES_PER_ADDRESS: '100000',
    SECKILL_TRIES_PER_NAME: '100000',
  })
  await signUp(engine, 'known')
})

after(() => engine[Symbol.asyncDispose]())

const WRONG = 'a wrong password'

const codeOf = ({ status, body }: Reply) => [status, body.code]

// Every byte of the answer, but for its time and its name.
const answerTo = async (name: string, password = WRONG): Promise<string> => {
  const body = JSON.stringify({ name, password })
  const head = [
    'POST /api/sessions HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ].join('\r\n')
  const { text } = await talk(engine.url, `${head}\r\n\r\n${body}`)
  return text.replace(/^(date|x-request-id): .*$/gim, '$1: …')
}

suite('X11 a name', () => {
  test('that exists, was erased, or never was is answered with the same bytes', async () => {
    const { buyerId } = (await signUp(engine, 'erased')).body
    await engine.operate(`/api/admin/buyers/${buyerId}/erase`, { reason: 'wanted' })
    const known = await answerTo('known')
    assert.match(known, /^HTTP\/1\.1 401 .*"code":"wrong-name-or-password"/s)
    const names = ['erased', 'nobody', 'KNOWN', 'x', 'x'.repeat(64), `'; drop table buyers; --`]
    for (const name of names) assert.equal(await answerTo(name), known, name)
    assert.equal(await answerTo('erased', PASSWORD), known)
  })

  test('that never was costs the same work', async () => {
    for (const name of ['known', 'nobody', 'erased'])
      for (const password of [WRONG, PASSWORD, 'x'.repeat(256)]) {
        const { hashings } = await hashingsOf(() => signIn(engine, name, { password }))
        assert.deepEqual(hashings, { made: 1, atOnceMax: 1 }, name)
      }
  })

  test('that is taken costs whoever wants it no work of ours, and is said to be taken', async () => {
    const { result, hashings } = await hashingsOf(() => signUp(engine, 'known'))
    assert.deepEqual(codeOf(result), [409, 'name-taken'])
    assert.equal(hashings.made, 0)
  })
})

suite('X11 a password', () => {
  test('has 8 to 256 characters, and is not hashed when it has not', async () => {
    const long = ['x'.repeat(257), '\u{1f6d2}'.repeat(257), 'x'.repeat(60_000)]
    for (const password of ['', 'seven 7', ...long, 12_345_678, null, ['12345678']])
      for (const path of ['/api/buyers', '/api/sessions']) {
        const body = { name: 'careful', password }
        const asked = () => engine.request('POST', path, { body })
        const { result, hashings } = await hashingsOf(asked)
        assert.deepEqual(codeOf(result), [400, 'malformed'])
        assert.match(result.body.detail, /^password: /)
        assert.equal(hashings.made, 0)
      }
    const huge = { name: 'careful', password: 'x'.repeat(70_000) }
    const reply = await engine.request('POST', '/api/sessions', { body: huge })
    assert.deepEqual(codeOf(reply), [413, 'payload-too-large'])
  })

  test('at its longest, and of letters that grow, opens its account', async () => {
    const odd = ['x'.repeat(8), '\u{1f6d2}'.repeat(256), '\ufdfa'.repeat(256), '\0'.repeat(256)]
    for (const [at, password] of odd.entries()) {
      const name = `long ${at}`
      const made = await engine.request('POST', '/api/buyers', { body: { name, password } })
      assert.equal(made.status, 201)
      assert.equal((await signIn(engine, name, { password })).status, 201)
      const less = password.slice(0, -2) + (password.length > 8 ? '' : 'yy')
      assert.equal((await signIn(engine, name, { password: less })).status, 401)
    }
  })
})

suite('X11 two hundred at once', () => {
  test('are hashed two by two, and whoever does not fit in is told to come back', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    let isOver = false
    const others: Promise<number[]> = (async () => {
      const tookMs: number[] = []
      while (!isOver) {
        const startedMs = performance.now()
        assert.equal((await engine.request('GET', '/api/time')).status, 200)
        tookMs.push(performance.now() - startedMs)
      }
      return tookMs
    })()
    const names = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 'known' : `nobody ${at}`))
    const { result: replies, hashings } = await hashingsOf(() =>
      Promise.all(names.map((name) => signIn(engine, name, { password: WRONG }))),
    )
    isOver = true
    delay.disable()
    const told = Map.groupBy(replies, ({ body }) => String(body.code))
    assert.deepEqual([...told.keys()].sort(), ['busy', 'wrong-name-or-password'])
    for (const { headers } of told.get('busy')!)
      assert.match(headers.get('retry-after')!, /^[1-3]$/)
    // Whoever waited for too long behind others is told to come back, though it was done.
    assert(hashings.made >= told.get('wrong-name-or-password')!.length)
    assert.equal(hashings.atOnceMax, 2)
    assert(hashings.made >= 34 && hashings.made < 200, `${hashings.made}`)
    const slowest = Math.max(...(await others))
    assert(slowest < 1000, `others waited ${slowest} ms`)
    assert(delay.percentile(99) / 1e6 < 250, `${delay.percentile(99) / 1e6} ms`)
    const after = await signIn(engine, 'known')
    assert.equal(after.status, 201, 'and then it goes on')
  })
})

suite('X11 tries', () => {
  test('of one name are ten, however many are made at once and from wherever', async () => {
    await using own = await startEngine({ SECKILL_TRUSTED_PROXIES: '127.0.0.1,::1' })
    await signUp(own, 'ann')
    for (const name of ['ann', 'nobody']) {
      const tryFrom = (address: string) =>
        signIn(own, name, { password: WRONG, headers: { 'x-forwarded-for': address } })
      const addresses = Array.from({ length: 30 }, (_, at) => `192.0.2.${at}`)
      const { result, hashings } = await hashingsOf(() => Promise.all(addresses.map(tryFrom)))
      const told = Map.groupBy(result, ({ body }) => String(body.code))
      assert.equal(told.get('wrong-name-or-password')!.length, 10)
      assert.equal(told.get('too-many-tries')!.length, 20)
      assert(hashings.made <= 10)
    }
    const right = await signIn(own, 'ann', { headers: { 'x-forwarded-for': '192.0.2.99' } })
    assert.deepEqual(codeOf(right), [429, 'too-many-tries'], 'the right one is not told either')
    assert(Number(right.headers.get('retry-after')) > 200)
  })

  test('from one address are bounded, whatever the names, and cost no work any more', async () => {
    await using own = await startEngine({ SECKILL_TRIES_PER_ADDRESS: '5' })
    const ask = (at: number) =>
      at % 2 === 0 ? signUp(own, `maker ${at}`) : signIn(own, `guess ${at}`, { password: WRONG })
    const seen: unknown[] = []
    for (let at = 0; at < 5; at += 1) seen.push((await ask(at)).status)
    assert.deepEqual(seen, [201, 401, 201, 401, 201])
    const { result, hashings } = await hashingsOf(() => Promise.all([ask(5), ask(6), ask(7)]))
    assert.deepEqual(
      result.map(codeOf),
      result.map(() => [429, 'too-many-tries']),
    )
    assert.equal(hashings.made, 0)
  })

  test('to find an admin key are no log-in: none is hashed, each is compared with all', async () => {
    const { result, hashings } = await hashingsOf(async () => {
      const keys = Array.from({ length: 200 }, (_, at) => `${OPERATOR}${at}`)
      const asked = keys.map((credential) =>
        engine.request('GET', '/api/admin/settings', { credential }),
      )
      return await Promise.all(asked)
    })
    assert(result.every(({ status }) => status === 401))
    assert.equal(hashings.made, 0)
  })
})
