// The phone hook, the real program: who may speak to it, whom it tells, how often, and what it answers when
// the provider of texts and calls fails.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { httpProvider } from '../../deploy/alertmanager/phone-hook/http-provider.ts'
import { hookSettings } from '../../deploy/alertmanager/phone-hook/hook-settings.ts'
import { tellPeople } from '../../deploy/alertmanager/phone-hook/tell-people.ts'
import type { Alert } from '../../deploy/alertmanager/phone-hook/alerts.ts'
import { startEar } from './hearing/ear.ts'
import { NUMBERS, startTelephone, type Telephone } from './hearing/telephone.ts'

let counted = 0

const alertOf = (of: { name?: string; status?: string; fingerprint?: string } = {}) => {
  const { name = 'Any', status = 'firing', fingerprint = `f${(counted += 1)}` } = of
  const startsAt = '2026-11-11T12:00:00Z'
  const words = { labels: { alertname: name }, annotations: { summary: 'it is so' } }
  return { fingerprint, status, startsAt, ...words }
}

suite('the phone hook', () => {
  let telephone: Telephone

  before(async () => (telephone = await startTelephone()))
  after(() => telephone?.[Symbol.asyncDispose]())

  const send = async (
    body: unknown,
    of: { secret?: string; method?: string; path?: string } = {},
  ) => {
    const { secret = telephone.secret, method = 'POST', path = '/alerts' } = of
    const headers = { authorization: `Bearer ${secret}` }
    const raw = typeof body === 'string' ? body : JSON.stringify(body)
    const url = new URL(path, telephone.url)
    const answer = await fetch(url, { method, headers, body: method === 'GET' ? null : raw })
    await answer.text()
    return answer.status
  }

  // What the provider has done for it.
  const during = async (act: () => Promise<unknown>) => {
    const before = telephone.done.length
    await act()
    return telephone.done
      .slice(before)
      .map(({ kind, words }) => `${kind} ${words}`)
      .sort()
  }

  test('texts and calls everybody, signed, when an alert begins; and texts when it is over', async () => {
    const alert = alertOf({ name: 'Begins' })
    const words = 'firing: Begins: it is so'
    const told = await during(() => send({ alerts: [alert] }))
    assert.deepEqual(told, [`call ${words}`, `text ${words}`])
    for (const { numbers } of telephone.done) assert.deepEqual(numbers, NUMBERS)
    const over = await during(() => send({ alerts: [{ ...alert, status: 'resolved' }] }))
    assert.deepEqual(over, ['text resolved: Begins: it is so'])
  })

  test('says the same alert once, and calls once for one that comes and goes', async () => {
    const alert = alertOf({ name: 'Again' })
    await send({ alerts: [alert] })
    assert.deepEqual(await during(() => send({ alerts: [alert] })), [])
    const later = { ...alert, startsAt: '2026-11-11T12:01:00Z' }
    const told = await during(() => send({ alerts: [later] }))
    assert.deepEqual(told, ['text firing: Again: it is so'])
  })

  test('names what is new in a group, and of many the first', async () => {
    const old = alertOf({ name: 'Old' })
    await send({ alerts: [old] })
    const alerts = [old, ...['A', 'B', 'C', 'D', 'E'].map((name) => alertOf({ name }))]
    const [call] = await during(() => send({ alerts }))
    const named = ['A', 'B', 'C'].map((name) => `firing: ${name}: it is so`)
    assert.equal(call, `call ${named.join('; ')}; and 2 more`)
  })

  test('answers 502 when the provider failed, and tells what is missing the next time', async () => {
    const alert = alertOf({ name: 'Fails' })
    telephone.fails(500)
    const before = telephone.asked.length
    assert.equal(await send({ alerts: [alert] }), 502)
    const tries = telephone.asked.slice(before)
    assert.equal(tries.length, 6, 'a text and a call, three times each')
    assert.equal(new Set(tries.map(({ id }) => id)).size, 2, 'a repeated one is known by its id')
    telephone.fails(undefined)
    const told = await during(async () => assert.equal(await send({ alerts: [alert] }), 200))
    assert.deepEqual(told, ['call firing: Fails: it is so', 'text firing: Fails: it is so'])
  })

  test('does not repeat what the provider refuses', async () => {
    telephone.fails(400)
    const before = telephone.asked.length
    assert.equal(await send({ alerts: [alertOf()] }), 502)
    assert.equal(telephone.asked.length - before, 2)
    telephone.fails(undefined)
  })

  test('listens to whoever knows the secret, and to what Alertmanager sends', async () => {
    const told = await during(async () => {
      const good = { alerts: [alertOf()] }
      assert.equal(await send(good, { secret: 'another' }), 401)
      assert.equal(await send(good, { secret: '' }), 401)
      assert.equal(await send(good, { path: '/else' }), 404)
      assert.equal(await send(good, { method: 'PUT' }), 405)
      for (const bad of [
        '',
        '{',
        '[]',
        '{}',
        { alerts: [{}] },
        { alerts: [{ ...alertOf(), status: 1 }] },
      ])
        assert.equal(await send(bad), 400, JSON.stringify(bad))
      assert.equal(await send({ alerts: Array(1001).fill(alertOf()) }), 400)
      assert.equal(await send('x'.repeat(2_000_000)).catch(() => 413), 413)
      assert.equal(await send('', { method: 'GET', path: '/healthz' }), 200)
    })
    assert.deepEqual(told, [])
  })

  test('logs no number and no secret, and ends when it is told to', async () => {
    const { hook, output, secret } = telephone
    for (const word of [secret, ...NUMBERS]) assert(!output().includes(word))
    assert.match(output(), /"event":"told","alerts":\["Begins"\],"texted":1,"called":1/)
    hook.kill('SIGTERM')
    assert.deepEqual(await once(hook, 'exit'), [0, null])
  })
})

test('after the quiet time an alert that goes on is told again', async () => {
  let atMs = 0
  const told: string[] = []
  const by = (kind: string) => async () => void told.push(kind)
  const provider = { text: by('text'), call: by('call') }
  const tell = tellPeople({ provider, numbers: NUMBERS, quietMs: 1000, nowMs: () => atMs })
  const alert: Alert = { ...alertOf(), name: 'Any', summary: '', status: 'firing' }
  await tell([alert])
  atMs = 999
  assert.deepEqual(await tell([alert]), { texted: 0, called: 0 })
  atMs = 1000
  assert.deepEqual(await tell([alert]), { texted: 1, called: 1 })
  assert.deepEqual(told.sort(), ['call', 'call', 'text', 'text'])
})

test('of a call that failed and a text that came, only the call is repeated', async () => {
  const told: string[] = []
  let fails = true
  const provider = {
    text: async () => void told.push('text'),
    call: async () => {
      if (fails) throw new Error('no line')
      told.push('call')
    },
  }
  const tell = tellPeople({ provider, numbers: NUMBERS, quietMs: 1000, nowMs: () => 0 })
  const alert: Alert = { ...alertOf(), name: 'Any', summary: '', status: 'firing' }
  await assert.rejects(tell([alert]), /no line/)
  fails = false
  assert.deepEqual(await tell([alert]), { texted: 0, called: 1 })
  assert.deepEqual(told, ['text', 'call'])
})

test('a provider that does not answer is given up in time', async () => {
  const ear = await startEar()
  await ear[Symbol.asyncDispose]()
  const { url } = ear
  const provider = httpProvider({ url, secret: 'c2VjcmV0', pausesMs: [1, 1] })
  await assert.rejects(provider.call(NUMBERS, 'x'), /call: the provider did not answer \(3 tries\)/)
})

test('settings that cannot be right are named', () => {
  const fails = (env: Record<string, string>, name: string) =>
    assert.throws(() => hookSettings(env), { message: new RegExp(`^${name}: `) })
  fails({}, 'PHONE_HOOK_SECRET_FILE')
  fails({ PHONE_HOOK_PORT: 'x' }, 'PHONE_HOOK_PORT')
  fails({ PHONE_HOOK_SECRET_FILE: '/nowhere' }, 'PHONE_HOOK_SECRET_FILE')
  fails({ PHONE_HOOK_SECRET_FILE: import.meta.filename }, 'PHONE_HOOK_NUMBERS_FILE')
  const files = { PHONE_HOOK_SECRET_FILE: import.meta.filename }
  fails({ ...files, PHONE_HOOK_NUMBERS_FILE: import.meta.filename }, 'PHONE_HOOK_NUMBERS_FILE')
})
