// npm run bench [-- --scenario S7 --quick]: measures the engine beside its baseline and writes what it
// found to bench/results. A figure that misses its target is a result like any other: only what could
// not be measured makes this fail.
//
// With --flame picture.svg it records meanwhile where the engine spends its time, and draws that. This
// slows the engine, so such figures are shown and not kept.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { flamePicture } from './flame/picture.ts'
import { assertPerf } from './flame/recording.ts'
import { stacksOf } from './flame/stacks.ts'
import { startGenerator } from './load/start-generator.ts'
import { writeMeasured } from './measured.ts'
import { drawBatches } from './report/draw-batches.ts'
import { drawOverTime } from './report/draw-over-time.ts'
import { drawMeasurements } from './report/measurements.ts'
import { committedResult, movedSince } from './report/moved.ts'
import { type Result, resultOf } from './report/result.ts'
import { acceptAndRecord } from './scenarios/accept-and-record.ts'
import { acceptOnCluster } from './scenarios/accept-on-cluster.ts'
import { acceptOnRedis } from './scenarios/accept-on-redis.ts'
import { atEverySize } from './scenarios/at-every-size.ts'
import { blocklist } from './scenarios/blocklist.ts'
import { bytes } from './scenarios/bytes.ts'
import { bytesOnRedis } from './scenarios/bytes-on-redis.ts'
import { allChecks } from './scenarios/checks.ts'
import { herdAtOpening } from './scenarios/herd-at-opening.ts'
import { refuseOnRedis } from './scenarios/refuse-on-redis.ts'
import { refuseSoldOut, refuseSoldOutWithRedis } from './scenarios/refuse-sold-out.ts'
import { overload } from './scenarios/overload.ts'
import type { Bench, Scenario } from './scenarios/scenario.ts'
import { recordOnMysql } from './scenarios/record-on-mysql.ts'
import { manyConnections } from './scenarios/many-connections.ts'
import { millionOrders } from './scenarios/million-orders.ts'
import { recordOnCluster } from './scenarios/record-on-cluster.ts'
import { simulation } from './scenarios/simulation.ts'
import { segmentsOnRedis } from './scenarios/segments-on-redis.ts'
import { watching } from './scenarios/watching.ts'
import { cores as availableCores } from './servers/start-pinned.ts'

const SCENARIOS: Scenario[] = [
  refuseSoldOut,
  refuseSoldOutWithRedis,
  acceptOnCluster,
  acceptOnRedis,
  refuseOnRedis,
  segmentsOnRedis,
  recordOnMysql,
  recordOnCluster,
  millionOrders,
  blocklist,
  acceptAndRecord,
  bytesOnRedis,
  bytes,
  atEverySize,
  allChecks,
  watching,
  herdAtOpening,
  overload,
  manyConnections,
  simulation,
]
const RESULTS = join(import.meta.dirname, 'results')

const FULL = { pairs: 7, shrink: 1 }
const QUICK = { pairs: 3, shrink: 2 }

const { values: asked } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    connections: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
    flame: { type: 'string' },
  },
})

const chosen = (): Scenario[] => {
  const { scenario: names } = asked
  const unknown = names?.find((name) => !SCENARIOS.some(({ scenario }) => scenario === name))
  if (unknown !== undefined) {
    const known = SCENARIOS.map(({ scenario }) => scenario).join(', ')
    throw new Error(`there is no scenario ${unknown}; there are ${known}`)
  }
  return SCENARIOS.filter(({ scenario, byName }) => names?.includes(scenario) ?? !byName)
}

const measure = async (scenario: Scenario, flame: Bench['flame']): Promise<Result> => {
  const cores = availableCores()
  await using generator = startGenerator(cores)
  const { connections, seed } = asked
  const size = asked.quick ? QUICK : FULL
  const numbers = { connections: +connections, seed: +seed }
  const bench: Bench = { cores, generator, ...size, ...numbers, ...(flame && { flame }) }
  const parts = await scenario.measure(bench)
  const given = process.argv.slice(2).join(' ')
  const command = given === '' ? 'npm run bench' : `npm run bench -- ${given}`
  return resultOf(scenario, { parts, bench, command })
}

const lineOf = (result: Result, part: NonNullable<Result['parts']>[number]): string => {
  const { ratio, ratioByCpu, target, met, value, baseline, unit, generatorLimited } = part
  const name = result.parts ? `${result.scenario} ${part.part}` : result.scenario
  const others = part.limitedByOthers ? ', limited by the others' : ''
  const limited = generatorLimited ? ', limited by the generator' : ''
  const byCpu = ratioByCpu === undefined ? '' : `; ${ratioByCpu} by CPU time`
  const beside = baseline === null ? '' : `, baseline ${baseline}`
  const verdict = met === null ? 'no target' : `of ${target} (${met ? 'met' : 'missed'})`
  const compared = ratio === null ? verdict : `${ratio} ${verdict}`
  return `${name.padEnd(8)} ${compared}${byCpu}: ${value} ${unit}${beside}${others}${limited}`
}

const keep = async (result: Result) => {
  await mkdir(RESULTS, { recursive: true })
  const file = join(RESULTS, `${result.scenario}.json`)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
}

const drawn = (recorded: string[], result: Result): string => {
  const { scenario, what, at, commit } = result
  const title = `${scenario}: ${what} (${commit.slice(0, 7)}, ${at.slice(0, 10)})`
  return flamePicture(recorded.flatMap(stacksOf), { title })
}

if (asked.flame !== undefined) {
  assertPerf()
  if (asked.scenario?.length !== 1) throw new Error('--flame draws one --scenario')
}

for (const scenario of chosen()) {
  const flame = asked.flame === undefined ? undefined : { recorded: [] }
  const result = await measure(scenario, flame)
  for (const part of result.parts ?? [result]) console.log(lineOf(result, part))
  for (const line of movedSince(committedResult(scenario.scenario), result))
    console.log(`moved    ${line}`)
  if (flame) await writeFile(asked.flame!, drawn(flame.recorded, result))
  else await keep(result)
  if (!flame) await writeMeasured()
  if (result.byBatch) await drawBatches()
  if (result.overTime && !flame) await drawOverTime(result.scenario)
  if (!flame) await drawMeasurements()
}
