// Breaks a whole cluster at random, again and again, while a crowd buys, and lets nothing but what was
// written down decide whether every promise was kept.

import { availableParallelism, loadavg } from 'node:os'
import { chance } from '../simulation/chance.ts'
import { auditRound, type RoundVerdict } from './audit-round.ts'
import { breakInTurn, type TurnTaken } from './break-in-turn.ts'
import { startCrowd, type Told } from './crowd.ts'
import { FAULTS } from './faults/table.ts'
import { type Field, startField } from './field.ts'
import { type Broken, type Judgement, judge } from './judge.ts'
import { watchLags } from './lag-watch.ts'
import { KINDS, openSale } from './open-sale.ts'
import { schedule, type Turn } from './schedule.ts'

export interface CampaignOptions {
  forMs: number // of breaking; starting and judging come on top
  seed: number
  only?: string // faults whose names match
  says: (line: string) => void
}

export interface Campaign extends Judgement {
  seed: number
  startedAtMs: number
  broken: Broken[]
  rounds: number
  outcomes: Record<string, number> // of attempts
  recorded: number
  drift: number
  stalls: number // when the campaign's own process did not get to run
  loadPerCore: number // of the machine, over the last minute
}

// All, or those whose names match.
export const faultsOf = (only = ''): typeof FAULTS => {
  const wanted = new RegExp(only, 'i')
  return FAULTS.filter(({ name }) => wanted.test(name))
}

const TURNS_OF_ROUND = 8
const CLIENTS = 32

export const randomCampaign = async (options: CampaignOptions): Promise<Campaign> => {
  const { seed, forMs, says } = options
  const faults = faultsOf(options.only)
  const turns = schedule(seed, faults)
  says('starting eleven servers and six processes …')
  await using field = await startField()
  using watch = watchLags()
  const startedAtMs = Date.now()
  const told: Told[] = []
  const segments = new Map<string, number>()
  const taken: TurnTaken[] = []
  const verdicts: RoundVerdict[] = []
  const isOver = () => Date.now() - startedAtMs >= forMs
  while (!isOver()) {
    const round = await playRound({ field, turns, faults, isOver, options, startedAtMs })
    told.push(...round.told)
    taken.push(...round.taken)
    verdicts.push(round.verdict)
    for (const { saleId, segments: count } of field.sales) segments.set(saleId, count)
    field.sales.length = 0
  }
  const broken = taken.flatMap((turn) => turn.broken)
  const judgement = judge({ told, segments, away: field.away, broken, lags: watch.lags })
  const failures = taken.flatMap((turn) => turn.failures)
  const attempts = told.filter(({ kind }) => kind === 'attempt')
  return {
    ...judgement,
    violations: [
      ...verdicts.flatMap((one) => one.violations),
      ...failures,
      ...judgement.violations,
    ],
    seed,
    startedAtMs,
    broken,
    rounds: verdicts.length,
    outcomes: countsOf(attempts),
    recorded: verdicts.reduce((sum, one) => sum + one.recorded, 0),
    drift: verdicts.reduce((sum, one) => sum + one.drift, 0),
    stalls: watch.lags.length,
    loadPerCore: Math.round((loadavg()[0]! / availableParallelism()) * 10) / 10,
  }
}

interface Round {
  field: Field
  turns: Generator<Turn, never>
  faults: typeof FAULTS
  isOver: () => boolean
  options: CampaignOptions
  startedAtMs: number
}

// Sales of its own; the crowd goes home before the books are looked at.
const playRound = async ({ field, turns, faults, isOver, options, startedAtMs }: Round) => {
  const { seed, says } = options
  const random = chance(seed)
  const gateways = field.gateways.map((name) => ({ name, url: field.urlOf(name) }))
  const at = { urls: gateways.map(({ url }) => url), adminKey: field.cluster.adminKey }
  field.sales.push(...(await Promise.all(KINDS.map((kind) => openSale(at, kind)))))
  await using crowd = startCrowd({ gateways, sales: field.sales, clients: CLIENTS, chance: random })
  field.crowd = crowd
  const taken: TurnTaken[] = []
  for (let turn = 0; turn < TURNS_OF_ROUND && !isOver(); turn += 1) {
    const one = await breakInTurn({ field, faults }, turns.next().value)
    taken.push(one)
    for (const line of linesOf(one, startedAtMs)) says(line)
  }
  await crowd.stop()
  const verdict = await auditRound(field, { told: crowd.told, chance: random })
  says(`  audited ${field.sales.length} sales: ${verdict.violations.length} promises broken`)
  return { told: crowd.told, taken, verdict }
}

const linesOf = ({ broken, failures }: TurnTaken, startedAtMs: number): string[] => [
  ...broken.toReversed().map(({ name, beganAtMs, healedAtMs, openAtMs }) => {
    const at = ((beganAtMs - startedAtMs) / 1000).toFixed(1).padStart(7)
    const told = `healed after ${healedAtMs - beganAtMs} ms, open ${openAtMs - healedAtMs} ms later`
    return `${at} s  ${name}: ${told}`
  }),
  ...failures.map((failure) => `  FAILED  ${failure}`),
]

const countsOf = (told: Told[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(told, ({ outcome }) => outcome)].map(([name, all]) => [name, all.length]),
  )
