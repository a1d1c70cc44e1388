// The stock engine stands still in the middle of a herd. Nobody waits long for an answer, nobody is told
// yes, and nobody is told that it is sold out; the gateway soon asks the engine no more, but for a few, and
// so most are told at once. When the engine goes on, so does the sale, without anybody's doing.
//
// STOPPED_MS=30000 SEED=7 node --test test/faults/engine-stopped-in-a-herd.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BREAKER_TERMS } from '../../src/attempt/breaker.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

const STOPPED_MS = Number(process.env.STOPPED_MS ?? 10_000)

// What says nothing about the sale, but to come again.
const EVASIVE = ['busy', 'rebuilding', 'rate-limited']

const AT_ONCE_MS = 250

// The breaker looks again after this at the latest, and the keeper may have to rebuild.
const GOES_ON_WITHIN_MS = BREAKER_TERMS.openMsMax + 7000

test('an engine that stands still, in a herd', needsOwnRedis(), async (context) => {
  await using redis = await startRedis()
  await using sale = await startRedisSale({ context, stockUrl: redis.url })
  await sale.sells(100)
  redis.signal('SIGSTOP')
  const stoppedAt = Date.now()
  await sleep(STOPPED_MS) // the fault itself
  const goesOnAt = Date.now()
  redis.signal('SIGCONT')
  await sale.sells(100)
  await sale.ends({ brokenMs: STOPPED_MS })

  const attempts = sale.answers.filter(({ kind }) => kind === 'attempt')
  const meanwhile = attempts.filter(({ sentAt, at }) => sentAt > stoppedAt && at < goesOnAt)
  const outcomes = new Set(meanwhile.map(({ outcome }) => outcome))
  assert.deepEqual(
    [...outcomes].filter((one) => !EVASIVE.includes(one)),
    [],
  )
  const busy = meanwhile.filter(({ outcome }) => outcome === 'busy')
  const atOnce = busy.filter(({ sentAt, at }) => at - sentAt < AT_ONCE_MS)
  assert(atOnce.length > 0.9 * busy.length, `${atOnce.length} of ${busy.length} at once`)
  const first = attempts.find(({ outcome, sentAt }) => outcome === 'accepted' && sentAt > goesOnAt)
  const afterMs = first!.at - goesOnAt
  assert(afterMs <= GOES_ON_WITHIN_MS, `it went on after ${afterMs} ms`)
  context.diagnostic(
    `${busy.length} were told busy, ${atOnce.length} of them within ${AT_ONCE_MS} ms; ` +
      `the longest answer took ${longestMs(attempts)} ms; it went on ${afterMs} ms later`,
  )
})

const longestMs = (answers: { sentAt: number; at: number }[]): number =>
  answers.reduce((longest, { sentAt, at }) => Math.max(longest, at - sentAt), 0)
