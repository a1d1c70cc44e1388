// S9: whether a refusal costs more when there are more connections, more sales or more buyers. Each figure
// stands beside a bare server with as many connections, and that ratio may be at most a fifth below the one
// of 64 connections, one sale and few buyers, measured in the same run.

import assert from 'node:assert/strict'
import { signedRequest } from '../load/requests.ts'
import { readAnswer } from '../servers/read-answer.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { median } from '../report/result.ts'
import { measureInTurns, type Turn } from './measure-in-turns.ts'
import { type Bench, buyersOf, type Part, type Sample, type Scenario } from './scenario.ts'

export const SIZES = {
  connections: [10, 100, 1000, 10_000],
  buyers: [1000, 10_000, 100_000, 1_000_000],
  sales: [1, 10, 100, 1000], // last, because all that there are is looked after
} as const

type Growing = keyof typeof SIZES

type Size = Record<Growing, number>

// As it is where nothing is varied.
const FEW: Size = { connections: 64, sales: 1, buyers: 20_000 }

// A gateway remembers 131,072 tokens. Of more buyers who come in turn each one is verified anew.
const REMEMBERED = 131_072
const MORE = { ...FEW, buyers: 200_000 }

const MAY_FALL_TO = 0.8
const PAIRS = 5
const TURN = 60_000 // attempts
const USE = { winners: 40, late: 41, other: 42 } // of buyer ids

export const atEverySize: Scenario = {
  scenario: 'S9',
  what: 'sold-out refusals by connections, by sales (drawn by Zipf) and by buyers',
  async measure(bench) {
    await using engine = await startEngine(bench)
    const sell = selling(bench, engine)
    const measure = async (size: Size) =>
      measureSize(bench, { engine, saleIds: await sell(size.sales), size })
    const warm = await measure(FEW)
    const cold = await measure(MORE)
    const parts = [
      partOf({ part: 'few: every token remembered', size: FEW, samples: warm }),
      partOf({ part: 'few: every token verified', size: MORE, samples: cold }),
    ]
    for (const growing of Object.keys(SIZES) as Growing[])
      for (const count of SIZES[growing]) {
        const size = { ...FEW, [growing]: count }
        const beside = size.buyers > REMEMBERED ? cold : warm
        const part = `${growing} ${count}`
        parts.push(partOf({ part, size, samples: await measure(size), beside }))
      }
    return parts
  },
}

const partOf = (of: { part: string; size: Size; samples: Sample[]; beside?: Sample[] }): Part => {
  const { part, size, samples, beside } = of
  const target = beside && Math.round(ratioOf(beside) * MAY_FALL_TO * 1000) / 1000
  const what = `${size.connections} connections, ${size.sales} sales, ${size.buyers} buyers`
  return { part, what, target: target ?? null, unit: 'refused/s', samples, facts: { ...size } }
}

const ratioOf = (samples: Sample[]) => median(samples.map(({ ratio }) => ratio!))

// So many sales, of each its only unit.
const selling = (bench: Bench, engine: Engine) => {
  const winner = buyersOf(bench, { use: USE.winners, count: 1 }).first
  const saleIds: string[] = []
  return async (count: number) => {
    while (saleIds.length < count) {
      const saleId = await engine.makeSale({ stock: 1 })
      const request = signedRequest({ saleId, signingSecret: SIGNING_SECRET }, winner)
      assert.equal((await readAnswer(engine.port, request)).status, 202)
      saleIds.push(saleId)
    }
    return saleIds.slice(0, count)
  }
}

// All have come once before the first turn, and come again in the same order.
const measureSize = async (
  bench: Bench,
  { engine, saleIds, size }: { engine: Engine; saleIds: string[]; size: Size },
): Promise<Sample[]> => {
  const [saleId, ...otherSales] = saleIds
  const signed = { saleId: saleId!, signingSecret: SIGNING_SECRET }
  const buyers = buyersOf(bench, { use: USE.late, count: size.buyers })
  await bench.generator.build({ crowd: 'late', ...signed, otherSales, buyers })
  const other = buyersOf(bench, { use: USE.other, count: 1 }).first
  const count = TURN / bench.shrink
  const own = { ...bench, pairs: Math.min(bench.pairs, PAIRS), connections: size.connections }
  const warmUp = Math.max(size.buyers, count)
  return measureInTurns(own, {
    engine,
    crowd: 'late',
    warmUp,
    count,
    from: (pair) => warmUp + pair * count,
    request: signedRequest(signed, other),
    finish: async (turn) => refused(turn),
  })
}

const refused = ({ count, perSecond, statuses }: Turn) => {
  assert.deepEqual(statuses, { 409: count })
  return { value: perSecond }
}
