// The figures of a plan as the result files have them, each with its file, its machine and its commit. One
// that no file has is left out; none is made up here.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FigureName, Measured } from '../../src/plan/figures.ts'
import type { Sample } from '../scenarios/scenario.ts'
import { median, type Result } from './result.ts'

const RESULTS = join(import.meta.dirname, '../results')

type Summary = Pick<Result, 'value' | 'samples' | 'byBatch' | 'facts'>

interface Source {
  scenario: string
  part?: string
  value?: (of: Summary) => number // otherwise its value
  said?: string // about that
}

const BATCH = 32 // what calls carry by themselves as soon as some wait

const atBatch = ({ byBatch }: Summary) => byBatch!.find(({ batch }) => batch === BATCH)!.value
const most = ({ samples }: Summary) => Math.max(...samples.map(({ value }) => value))
const bySample = (one: (of: Sample) => number) => (of: Summary) =>
  Math.round(median(of.samples.map(one)))

const MEBIBYTE = 2 ** 20

const SOURCES: Partial<Record<FigureName, Source>> = {
  gatewayAttemptsPerCore: { scenario: 'S1-redis', part: 'cold' },
  gatewayAskedPerCore: { scenario: 'simulation', part: 'asked' },
  gatewaySustainedPerCore: {
    scenario: 'S10',
    part: 'refusals: final',
    value: ({ facts }) => facts!['sustainedPerSecond'] as number,
    said: 'sustained just before',
  },
  gatewayOrdersPerCore: {
    scenario: 'S2',
    value: bySample(({ value, busy }) => value / busy!.engine!),
    said: 'by the time it had of its core',
  },
  gatewayConnectionBytes: { scenario: 'connections', part: '10000: memory' },
  gatewayProcessBytes: {
    scenario: 'connections',
    part: '10000: memory',
    value: ({ facts }) => (facts!['memoryMiB'] as { before: number }).before * MEBIBYTE,
    said: 'before they come',
  },
  redisRefusedPerCore: { scenario: 'S4', value: atBatch, said: `${BATCH} a call` },
  redisAcceptedPerCore: { scenario: 'S3', value: atBatch, said: `${BATCH} a call` },
  redisCallMicros: {
    scenario: 'S4',
    value: ({ byBatch }) => Math.round(1e6 / byBatch!.find(({ batch }) => batch === 1)!.value),
    said: '1 a call',
  },
  redisBytesPerBuyer: { scenario: 'S8', part: 'in transit', value: most, said: 'the most' },
  kafkaOrdersPerCore: {
    scenario: 'S2',
    value: bySample(({ value, shares }) => value / shares!['kafka']!),
    said: 'by the time that Kafka had of a core',
  },
  kafkaBytesPerOrder: { scenario: 'bytes', part: 'message' },
  workerOrdersPerProcess: { scenario: 'recorded', part: '1 worker, 1 sale' },
  databaseOrdersPerServer: { scenario: 'S6', part: 'two' },
  databaseBytesPerOrder: {
    scenario: 'million-orders',
    part: 'room: orders, ledger and outbox',
  },
  requestBytes: { scenario: 'bytes', part: 'request' },
  refusalBytes: { scenario: 'bytes', part: 'sold-out' },
  acceptanceBytes: { scenario: 'bytes', part: 'accepted' },
}

export const measuredFigures = (): { about: string; figures: Measured } => {
  const figures: Measured = {}
  for (const [name, source] of Object.entries(SOURCES) as [FigureName, Source][]) {
    const found = readSource(source)
    if (found) figures[name] = found
  }
  return { about: 'written by bench/measured.ts from bench/results; not edited by hand', figures }
}

const readSource = (source: Source): { value: number; from: string } | undefined => {
  const { scenario, part, value = (of: Summary) => of.value, said } = source
  const file = join(RESULTS, `${scenario}.json`)
  if (!existsSync(file)) return undefined
  const result = JSON.parse(readFileSync(file, 'utf8')) as Result
  const summary = part === undefined ? result : result.parts?.find((one) => one.part === part)
  if (summary === undefined) return undefined
  const what = [part, said].filter(Boolean).join(', ')
  const { machine, commit, at } = result
  const run = `${machine.processor}, ${commit.slice(0, 7)}, ${at.slice(0, 10)}`
  return {
    value: value(summary),
    from: `bench/results/${scenario}.json${what && ` (${what})`}; ${run}`,
  }
}
