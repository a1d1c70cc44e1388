// S1: the gateway says sold out, with every check, and still tells the winners who ask in between that
// they have won. Warm: the same buyers come back, and their tokens are remembered. Cold: each comes
// once, so that every token is verified.

import assert from 'node:assert/strict'
import { signedRequest } from '../load/requests.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { startBenchRedis } from '../servers/start-redis.ts'
import { measureInTurns, type Turn } from './measure-in-turns.ts'
import { type Bench, buyersOf, type Part, type Scenario } from './scenario.ts'

interface Kind {
  part: string
  what: string
  target: number
  warmUp: number // attempts
  isRepeated: boolean // every turn sends the attempts of the warm-up again
}

// At 60,000 attempts a second each of these buyers asks three times, which is what a buyer may.
const WARM: Kind = {
  part: 'warm',
  what: 'each buyer again and again, every token remembered',
  target: 0.85,
  warmUp: 20_000,
  isRepeated: true,
}

const COLD: Kind = {
  part: 'cold',
  what: 'each buyer once, every token verified',
  target: 0.6,
  warmUp: 10_000,
  isRepeated: false,
}

const WHAT = 'sold-out refusals over HTTP with every check, one attempt in a thousand by a winner'

export const refuseSoldOut: Scenario = {
  scenario: 'S1',
  what: WHAT,
  measure: async (bench) => [await measureKind(bench, WARM), await measureKind(bench, COLD)],
}

// The same with Redis as the engine. It is seldom asked, so it shares a core with the generator.
export const refuseSoldOutWithRedis: Scenario = {
  scenario: 'S1-redis',
  what: `${WHAT}; the stock engine is Redis`,
  measure: async (bench) => [
    await measureWithRedis(bench, WARM),
    await measureWithRedis(bench, COLD),
  ],
}

const measureWithRedis = async (bench: Bench, kind: Kind): Promise<Part> => {
  await using redis = await startBenchRedis(bench.cores.generator)
  return await measureKind(bench, kind, { stockUrl: redis.url })
}

const TURN = 60_000 // attempts
const WINNERS = 100
const WINNER_EVERY = 1000 // attempts
const USE = { late: 0, winners: 1, other: 2 } // of buyer ids

const measureKind = async (
  bench: Bench,
  kind: Kind,
  stock: { stockUrl?: string } = {},
): Promise<Part> => {
  const { part, what, target, warmUp, isRepeated } = kind
  const count = TURN / bench.shrink
  await using engine = await startEngine(bench, stock)
  const signed = await sellOut(bench, engine)
  const late = isRepeated ? warmUp : warmUp + bench.pairs * count
  const between = {
    buyers: buyersOf(bench, { use: USE.winners, count: WINNERS }),
    every: WINNER_EVERY,
  }
  const buyers = buyersOf(bench, { use: USE.late, count: late })
  await bench.generator.build({ crowd: 'late', ...signed, buyers, between })
  const other = buyersOf(bench, { use: USE.other, count: 1 }).first
  const samples = await measureInTurns(bench, {
    engine,
    crowd: 'late',
    warmUp,
    count,
    from: (pair) => (isRepeated ? 0 : warmUp + pair * count),
    request: signedRequest(signed, other),
    finish: async (turn) => truthful(turn),
  })
  return { part, what, target, unit: 'refused/s', samples }
}

// Every unit to another winner.
const sellOut = async (bench: Bench, engine: Engine) => {
  const saleId = await engine.makeSale({ stock: WINNERS })
  const signed = { saleId, signingSecret: SIGNING_SECRET }
  const buyers = buyersOf(bench, { use: USE.winners, count: WINNERS })
  await bench.generator.build({ crowd: 'winners', ...signed, buyers })
  const attempts = { crowd: 'winners', from: 0, count: WINNERS, connections: 10 }
  const { statuses } = await bench.generator.load({ ...attempts, port: engine.port })
  assert.deepEqual(statuses, { 202: WINNERS })
  return signed
}

const truthful = ({ count, perSecond, statuses }: Turn) => {
  const winners = count / WINNER_EVERY
  assert.deepEqual(statuses, { 200: winners, 409: count - winners })
  return { value: perSecond }
}
