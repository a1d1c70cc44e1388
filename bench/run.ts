// npm run bench [-- --scenario S7 --quick]: measures the engine beside its baseline and writes what it
// found to bench/results. A figure that misses its target is a result like any other: only what could
// not be measured makes this fail.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startGenerator } from './load/start-generator.ts'
import { type Result, resultOf } from './report/result.ts'
import { acceptAndRecord } from './scenarios/accept-and-record.ts'
import { refuseSoldOut } from './scenarios/refuse-sold-out.ts'
import type { Bench, Scenario } from './scenarios/scenario.ts'
import { cores as availableCores } from './servers/start-pinned.ts'

const SCENARIOS: Scenario[] = [refuseSoldOut, acceptAndRecord]
const RESULTS = join(import.meta.dirname, 'results')

const FULL = { pairs: 7, shrink: 1 }
const QUICK = { pairs: 3, shrink: 2 }

const { values: asked } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    connections: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
  },
})

const chosen = (): Scenario[] => {
  const { scenario: names } = asked
  const unknown = names?.find((name) => !SCENARIOS.some(({ scenario }) => scenario === name))
  if (unknown !== undefined) {
    const known = SCENARIOS.map(({ scenario }) => scenario).join(', ')
    throw new Error(`there is no scenario ${unknown}; there are ${known}`)
  }
  return SCENARIOS.filter(({ scenario }) => names?.includes(scenario) ?? true)
}

const measure = async (scenario: Scenario): Promise<Result> => {
  const cores = availableCores()
  await using generator = startGenerator(cores)
  const { connections, seed } = asked
  const size = asked.quick ? QUICK : FULL
  const bench: Bench = { cores, generator, ...size, connections: +connections, seed: +seed }
  const parts = await scenario.measure(bench)
  const given = process.argv.slice(2).join(' ')
  const command = given === '' ? 'npm run bench' : `npm run bench -- ${given}`
  return resultOf(scenario, { parts, bench, command })
}

const lineOf = (result: Result, part: NonNullable<Result['parts']>[number]): string => {
  const { ratio, ratioByCpu, target, met, value, baseline, unit, generatorLimited } = part
  const name = result.parts ? `${result.scenario} ${part.part}` : result.scenario
  const verdict = met ? 'met' : 'missed'
  const limited = generatorLimited ? ', limited by the generator' : ''
  return `${name.padEnd(8)} ${ratio} of ${target} (${verdict}; ${ratioByCpu} by CPU time): ${value} ${unit}, baseline ${baseline}${limited}`
}

for (const scenario of chosen()) {
  const result = await measure(scenario)
  for (const part of result.parts ?? [result]) console.log(lineOf(result, part))
  await mkdir(RESULTS, { recursive: true })
  const file = join(RESULTS, `${result.scenario}.json`)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
}
