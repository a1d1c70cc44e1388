// The purchase without a browser: what follows which answer, and how long it waits.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { OUTCOMES } from '../../src/domain/attempt.ts'
import { ORDER_STATUSES } from '../../src/domain/order.ts'
import { type Answer, waitMs } from '../../client/answer.ts'
import { chinese } from '../../web/store/chinese.ts'
import { english } from '../../web/store/english.ts'
import { purchase, WHAT_FOLLOWS } from '../../client/purchase.ts'

type AttemptAnswer = Answer<{ outcome: string; orderId: string }>

const refusal = (code: string, of: { status?: number; retryMs?: number } = {}): AttemptAnswer => ({
  ok: false,
  code,
  status: of.status ?? 503,
  retryMs: of.retryMs,
})

const accepted: AttemptAnswer = { ok: true, body: { outcome: 'accepted', orderId: '7' } }

// Answers in this order; the log says what was done in between.
const shop = (
  answers: AttemptAnswer[],
  { tokens = ['first', 'second'], proofs = [] }: { tokens?: string[]; proofs?: string[] } = {},
) => {
  const log: string[] = []
  return {
    log,
    async attempt(token: string) {
      log.push(`attempt with ${token}`)
      return answers.shift()!
    },
    async token(isStale: boolean) {
      log.push(isStale ? 'renew' : 'token')
      const token = tokens.shift()
      return token === undefined ? ({ outcome: 'blocked' } as const) : { token }
    },
    async prove(token: string) {
      log.push(`prove with ${token}`)
      return proofs.shift() ?? 'passed'
    },
    async pause(ms: number) {
      log.push(`pause ${ms}`)
    },
    chance: () => 0.5,
    waiting: (outcome: string, ms: number) => void log.push(`${outcome} ${ms}`),
  }
}

suite('a purchase', () => {
  test('ends with the order id when it is accepted', async () => {
    assert.deepEqual(await purchase(shop([accepted])), { outcome: 'accepted', orderId: '7' })
  })

  for (const [outcome, next] of Object.entries(WHAT_FOLLOWS))
    if (next === 'end')
      test(`ends with ${outcome}`, async () => {
        assert.deepEqual(await purchase(shop([refusal(outcome)])), { outcome })
      })
    else if (next === 'again')
      test(`goes on after ${outcome}, when the server says, and a little later`, async () => {
        const here = shop([refusal(outcome, { retryMs: 3000 }), accepted])
        assert.equal((await purchase(here)).outcome, 'accepted')
        const said = ['attempt with first', `${outcome} 3500`, 'pause 3500', 'attempt with first']
        assert.deepEqual(here.log, ['token', ...said])
      })

  test('goes on after trouble of the shop that is no outcome', async () => {
    const here = shop([refusal('store-full', { status: 507, retryMs: 1000 }), accepted])
    assert.equal((await purchase(here)).outcome, 'accepted')
    assert(here.log.includes('busy 1500'))
  })

  test('asks again when it was early by a blink, and not when the start is far', async () => {
    const early = shop([refusal('not-started', { retryMs: 1000 }), accepted])
    assert.equal((await purchase(early)).outcome, 'accepted')
    const far = shop([refusal('not-started', { retryMs: 60_000 })])
    assert.equal((await purchase(far)).outcome, 'not-started')
  })

  test('renews its token once, and then gives up', async () => {
    const here = shop([refusal('unauthorized'), refusal('unauthorized')])
    assert.deepEqual(await purchase(here), { outcome: 'unauthorized' })
    const said = ['token', 'attempt with first', 'renew', 'attempt with second']
    assert.deepEqual(here.log, said)
  })

  test('proves that it is no program when it is asked to, and goes on', async () => {
    const asked = refusal('challenge-required', { status: 428 })
    const here = shop([asked, refusal('busy', { retryMs: 1000 }), asked, accepted])
    assert.deepEqual(await purchase(here), { outcome: 'accepted', orderId: '7' })
    assert.deepEqual(here.log, [
      'token',
      'attempt with first',
      'prove with first',
      'attempt with first',
      'busy 1500',
      'pause 1500',
      'attempt with first',
      'prove with first', // the pass had run out
      'attempt with first',
    ])
  })

  test('ends when it is asked again at once, and when it could not prove it', async () => {
    const asked = refusal('challenge-required', { status: 428 })
    assert.deepEqual(await purchase(shop([asked, asked])), { outcome: 'challenge-required' })
    const blocked = shop([asked], { proofs: ['blocked'] })
    assert.deepEqual(await purchase(blocked), { outcome: 'blocked' })
    const unsolved = shop([asked], { proofs: ['challenge-required'] })
    assert.deepEqual(await purchase(unsolved), { outcome: 'challenge-required' })
  })

  test('ends with the reason why there is no token, and attempts nothing', async () => {
    const here = shop([], { tokens: [] })
    assert.deepEqual(await purchase(here), { outcome: 'blocked' })
    assert.deepEqual(here.log, ['token'])
  })
})

suite('the wait before the next try', () => {
  const none = { ok: false, code: 'no-answer', status: 0, retryMs: undefined } as const

  test('doubles when the server does not say, up to a limit', () => {
    const waits = [0, 1, 2, 3, 4, 40].map((tries) => waitMs(none, tries, 0))
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 8000, 8000])
  })

  test('is never shorter than the server says, and spread over a second', () => {
    assert.equal(waitMs({ ...none, retryMs: 5000 }, 0, 0), 5000)
    assert.equal(waitMs({ ...none, retryMs: 5000 }, 0, 0.999), 5999)
  })
})

for (const said of [english, chinese])
  suite(`the words in ${said.name}`, () => {
    test('are there for every outcome of an attempt, and for no answer at all', () => {
      const all = [...OUTCOMES, 'no-answer'].sort()
      assert.deepEqual(Object.keys(said.outcome).sort(), all)
      assert.deepEqual(Object.keys(WHAT_FOLLOWS).sort(), all)
    })

    test('are there for every status of an order', () => {
      const all = ['in-transit', ...ORDER_STATUSES].sort()
      assert.deepEqual(Object.keys(said.orderStatus).sort(), all)
      assert.deepEqual(Object.keys(said.orderSaid).sort(), all)
    })

    test('are there for the same refusals as in the other language', () => {
      assert.deepEqual(Object.keys(said.refusal), Object.keys(english.refusal))
    })
  })
