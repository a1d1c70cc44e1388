// The life of one fault row: a gateway is killed at one step of the purchase, first with one buyer alone,
// then again and again under a herd, and started again over the same folder and Redis.
//
// KILLS=50 SEED=7 node --test test/faults/gateway-dies-….test.ts

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type Death, dyingEngine } from './dying-engine.ts'
import { eventually, type Json } from './engine.ts'
import { startHerd } from './herd.ts'
import { attempt, lawHolds, readAudit, seeded, sellOut } from './law-holds.ts'
import { operator } from './operator.ts'
import type { Server } from './server.ts'

export interface Lonely {
  books: { live: number; held: number } // before the buyer has asked again
  again: 'accepted' | 'already-reserved' // what he is told when he has
}

const STOCK = 100
const BUYERS = 1000
const KILLS = Number(process.env.KILLS ?? 2)

// Under the herd it is one of these calls that is the last.
const TURNS_MIN = 3
const TURNS_MAX = 60

export const gatewayDies = async (
  context: TestContext,
  { death, lonely, strategy }: { death: Death; lonely: Lonely; strategy: string },
): Promise<void> => {
  const random = seeded(context)
  const laterDeath = () => ({ ...death, turn: TURNS_MIN + random.below(TURNS_MAX) })
  await using engine = await dyingEngine()
  const first = await engine.start(death)
  const shop = operator(first)
  const saleId = await shop.makeSale({ stock: STOCK, strategy })
  const tokens = await shop.tokens(saleId, BUYERS)
  const buyer = { saleId, buyerId: '1', token: tokens.get('1')! }

  const silent = await attempt(first.url, buyer)
  assert.equal(silent.outcome, 'no-answer')
  assert.equal((await first.exited).signal, 'SIGKILL')
  const second = await engine.start(laterDeath())
  await restsWith(lonely.books, { server: second, saleId })
  const again = await attempt(second.url, buyer)
  assert.equal(again.outcome, lonely.again)

  const { url } = second
  await using herd = startHerd({
    url,
    saleId,
    tokens,
    clients: 16,
    cancelShare: 0.2,
    chance: random,
  })
  await second.exited
  for (let kill = 1; kill < KILLS; kill += 1) await engine.die(laterDeath())
  await herd.stop()

  const of = { server: await engine.start(), folder: engine.folder, saleId, tokens, chance: random }
  const answers = [silent, again, ...herd.answers, ...(await sellOut(of))]
  const books = await lawHolds(context, { ...of, answers })
  assert.equal(books.live, STOCK)
}

// Nobody comes, and what was held when the gateway died is recorded all the same.
const restsWith = async (
  wanted: Lonely['books'],
  at: { server: Server; saleId: string },
): Promise<void> => {
  const isAtRest = ({ engine, inTransit, live, held }: Json) =>
    engine === 'open' && inTransit === 0 && live === held
  const books = await eventually(() => readAudit(at), isAtRest)
  const { live, held, available, returning } = books
  assert.deepEqual({ live, held }, wanted)
  assert.equal(available + returning + held, STOCK, 'no unit is stranded')
}
