// Challenges over HTTP: who is asked, that a solution counts once and for its buyer in its sale, and what the
// pass that one gets for it opens.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { labelledKeys } from '../../src/processes/credentials.ts'
import { altchaChallenge } from '../../src/adapters/altcha/challenge.ts'
import { challengePasses } from '../../src/attempt/challenge-pass.ts'
import { newBuyer } from '../support/accounts.ts'
import { bringSolution, fetchChallenge, getPass, solutionOf, solve } from '../support/challenge.ts'
import { type Engine, eventually, OPERATOR, type Reply, startEngine } from '../support/engine.ts'

const SECRET = 'a signing secret that only this test knows'
const AFTER = 3 // decided attempts

let engine: Engine

before(async () => {
  engine = await startEngine({
    SECKILL_SECRET: `test:${SECRET}`,
    SECKILL_CHALLENGE_AFTER: String(AFTER),
    SECKILL_BUYER_PER_SECOND: '1000',
    SECKILL_TRIES_PER_ADDRESS: '10000',
    SECKILL_CHANGES_EVERY_MS: '20',
  })
})

after(() => engine[Symbol.asyncDispose]())

const KEYS = [{ id: 'test', secret: SECRET }]

// An attempt or an entry, with a pass or without.
const ask = (path: string, credential: string, pass?: string): Promise<Reply> =>
  engine.request('POST', path, {
    credential,
    ...(pass !== undefined && { headers: { 'challenge-pass': pass } }),
  })

const saleWith = async (draft: Record<string, unknown> = {}) => {
  const saleId = await engine.sale(draft)
  const [token, other] = await engine.tokens(saleId, ['1', '2'])
  const attempt = (pass?: string, of = token!) => ask(`/api/sales/${saleId}/attempts`, of, pass)
  return { saleId, token: token!, other: other!, attempt }
}

const seen = ({ status, body }: Reply) => [status, body.outcome ?? body.code]
const ASKED = [428, 'challenge-required']
const FAILED = [422, 'challenge-failed']

suite('a challenge', () => {
  test('is asked for after so many decided attempts, and says where it is', async () => {
    const { saleId, attempt } = await saleWith()
    const first = await attempt()
    for (let more = 1; more < AFTER; more += 1) assert.equal((await attempt()).status, 200)
    const asked = await attempt()
    assert.deepEqual(seen(asked), ASKED)
    assert.equal(asked.body.challenge, `/api/sales/${saleId}/challenge`)
    assert.equal(asked.headers.get('cache-control'), 'no-store')
    assert.equal(first.status, 202)
  })

  test('is given by a purchase token and by a session, and is not to be kept', async () => {
    const { saleId, token } = await saleWith()
    const { sessionToken } = await newBuyer(engine, 'challenged')
    for (const credential of [token, sessionToken]) {
      const before = Date.now()
      const { status, headers, body } = await fetchChallenge(engine, saleId, credential)
      assert.deepEqual([status, headers.get('cache-control')], [200, 'no-store'])
      assert.equal(body.challenge.kind, 'altcha')
      assert.equal(body.challenge.parameters.data.difficulty, 50_000)
      const lastsMs = Date.parse(body.expiresAt) - before
      assert(lastsMs > 110_000 && lastsMs <= 125_000, `${lastsMs}`)
    }
  })

  test('solved lets a winner hear of the same order again', async () => {
    const { saleId, token, attempt } = await saleWith({ stock: 1 })
    const { orderId } = (await attempt()).body
    for (let more = 1; more < AFTER; more += 1) await attempt()
    assert.deepEqual(seen(await attempt()), ASKED)
    const pass = await getPass(engine, saleId, token)
    for (let more = 0; more < 3 * AFTER; more += 1) {
      const again = await attempt(pass)
      assert.deepEqual([again.status, again.body.orderId], [200, orderId])
    }
  })

  test('is not needed by others, nor by the same buyer in another sale', async () => {
    const one = await saleWith()
    for (let more = 0; more <= AFTER; more += 1) await one.attempt()
    assert.deepEqual(seen(await one.attempt()), ASKED)
    assert.equal((await one.attempt(undefined, one.other)).status, 202)
    assert.equal((await (await saleWith()).attempt()).status, 202)
  })
})

suite('a solution', () => {
  test('counts once, however many bring it at once', async () => {
    const { saleId, token: credential } = await saleWith()
    const solution = await solve(engine, saleId, credential)
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => bringSolution(engine, { saleId, credential, solution })),
    )
    const all = replies.map(({ status }) => status).toSorted((a, b) => a - b)
    assert.deepEqual(all, [200, 422, 422, 422])
    const refused = replies.find(({ status }) => status === 422)!
    assert.deepEqual([...seen(refused), refused.body.reason], [...FAILED, 'spent'])
    const good = replies.find(({ status }) => status === 200)!
    assert.equal(good.headers.get('cache-control'), 'no-store')
    const lastsMs = Date.parse(good.body.expiresAt) - Date.now()
    assert(lastsMs > 50_000 && lastsMs <= 61_000, `${lastsMs}`)
  })

  test('is wrong for another buyer, for another sale, and when it is none', async () => {
    const { saleId, token, other } = await saleWith()
    const elsewhere = await saleWith()
    const solution = await solve(engine, saleId, token)
    const wrongs = [
      { saleId, credential: other, solution },
      { saleId: elsewhere.saleId, credential: elsewhere.token, solution },
      { saleId, credential: token, solution: 'x' },
      { saleId, credential: token, solution: solution.slice(0, -8) },
    ]
    for (const wrong of wrongs) {
      const reply = await bringSolution(engine, wrong)
      assert.deepEqual([...seen(reply), reply.body.reason], [...FAILED, 'wrong'])
    }
    const good = await bringSolution(engine, { saleId, credential: token, solution })
    assert.equal(good.status, 200, 'none of them has spent it')
  })

  test('of a challenge that ran out is refused', async () => {
    const { saleId, token: credential } = await saleWith()
    const own = altchaChallenge(labelledKeys(KEYS, 'challenge')) // as this server makes them
    const of = { saleId, buyerId: '1', difficulty: 100 }
    const bring = async (untilMs: number) => {
      const solution = solutionOf({ challenge: await own.make({ ...of, untilMs }) })
      return bringSolution(engine, { saleId, credential, solution })
    }
    const late = await bring(Date.now() - 1000)
    assert.deepEqual([...seen(late), late.body.reason], [...FAILED, 'expired'])
    assert.equal((await bring(Date.now() + 60_000)).status, 200)
  })

  test('with the session is good for the attempt with the purchase token', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'always' } })
    const { sessionToken } = await newBuyer(engine, 'both')
    const entries = `/api/sales/${saleId}/entries`
    assert.deepEqual(seen(await ask(entries, sessionToken)), ASKED)
    const pass = await getPass(engine, saleId, sessionToken)
    const entered = await ask(entries, sessionToken, pass)
    assert.equal(entered.status, 201)
    const { purchaseToken } = entered.body
    const attempts = `/api/sales/${saleId}/attempts`
    assert.deepEqual(seen(await ask(attempts, purchaseToken)), ASKED)
    assert.equal((await ask(attempts, purchaseToken, pass)).status, 202)
  })
})

suite('a pass', () => {
  test('of another buyer, of another sale, run out or made up, opens nothing', async () => {
    const { saleId, token, other, attempt } = await saleWith({ limits: { challenge: 'always' } })
    const elsewhere = await saleWith()
    const of = { saleId, buyerId: '1' }
    const own = challengePasses(labelledKeys(KEYS, 'challenge-pass'), { cacheMax: 10 })
    const plain = challengePasses(KEYS, { cacheMax: 10 })
    const bad = [
      await getPass(engine, saleId, other),
      await getPass(engine, elsewhere.saleId, elsewhere.token),
      own.issue({ ...of, nowMs: Date.now() - 61_000 }).pass,
      plain.issue({ ...of, nowMs: Date.now() }).pass,
      token,
      'c1.x.y',
      '',
    ]
    for (const pass of bad) assert.deepEqual(seen(await attempt(pass)), ASKED)
    const good = own.issue({ ...of, nowMs: Date.now() }).pass
    assert.deepEqual(seen(await attempt(`${good}, ${good}`)), ASKED)
    assert.equal((await attempt(good)).status, 202)
  })
})

suite('what a sale says of challenges', () => {
  const change = async (saleId: string, challenge: string) => {
    const of = { credential: OPERATOR, headers: { 'if-match': '*' } }
    const body = { limits: { challenge } }
    const reply = await engine.request('PATCH', `/api/admin/sales/${saleId}`, { body, ...of })
    assert.deepEqual([reply.status, reply.body.limits], [200, { challenge }])
  }

  test('is changed while it is sold, and holds for entries as for attempts', async () => {
    const { saleId, attempt } = await saleWith()
    const { sessionToken } = await newBuyer(engine, 'changing')
    const enter = () => ask(`/api/sales/${saleId}/entries`, sessionToken)
    const statuses = async () => [(await enter()).status, (await attempt()).status]
    assert.deepEqual(await statuses(), [201, 202])
    for (const [challenge, expected] of [
      ['entry', [428, 200]],
      ['always', [428, 428]],
      ['off', [201, 200]],
    ] as const) {
      await change(saleId, challenge)
      await eventually(statuses, (now) => now.join() === expected.join())
    }
    for (let more = 0; more < 5 * AFTER; more += 1) assert.equal((await attempt()).status, 200)
  })

  test('is one of the words there are', async () => {
    const saleId = await engine.sale()
    for (const challenge of ['sometimes', '', 1, null]) {
      const of = { credential: OPERATOR, headers: { 'if-match': '*' } }
      const body = { limits: { challenge } }
      const reply = await engine.request('PATCH', `/api/admin/sales/${saleId}`, { body, ...of })
      assert.equal(reply.status, 400)
    }
  })
})

test('whoever asks for challenges again and again is told to wait, and others are not', async () => {
  const { saleId, token, other } = await saleWith()
  const many = Array.from({ length: 12 }, () => fetchChallenge(engine, saleId, token))
  const refused = (await Promise.all(many)).filter(({ status }) => status === 429)
  assert(refused.length > 0, 'one of them at least')
  assert.equal(refused[0]!.body.level, 'buyer')
  assert.equal((await fetchChallenge(engine, saleId, other)).status, 200)
})
