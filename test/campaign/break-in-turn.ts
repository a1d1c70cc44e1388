// One turn of a campaign: what was drawn is broken, held and healed, and then the sales have to decide
// again by themselves.

import { setTimeout as sleep } from 'node:timers/promises'
import { homeSegment } from '../../src/domain/stock.ts'
import { chance } from '../simulation/chance.ts'
import { askUntil } from '../support/ask-redis.ts'
import { DECIDED } from './closures.ts'
import { type Fault, type Heal, PARTS } from './fault.ts'
import type { Field } from './field.ts'
import type { Broken } from './judge.ts'
import type { Turn } from './schedule.ts'

export interface Deps {
  field: Field
  faults: readonly Fault[]
}

export interface TurnTaken {
  broken: Broken[]
  failures: string[] // what could not be begun or healed, and sales that did not come back
}

// Long after this nobody waits any more.
const COMES_BACK_WITHIN_MS = 90_000

export const breakInTurn = async (deps: Deps, turn: Turn): Promise<TurnTaken> => {
  const { field } = deps
  await sleep(turn.pauseMs)
  const chosen = turn.drawn
    .map((drawn) => ({ ...drawn, fault: deps.faults.find(({ name }) => name === drawn.name)! }))
    .toSorted((a, b) => rankOf(a.fault) - rankOf(b.fault))
  const failures: string[] = []
  const begun: { fault: Fault; beganAtMs: number; healAtMs: number; heal: Heal }[] = []
  for (const { fault, holdMs, seed } of chosen) {
    const beganAtMs = Date.now()
    const heal = await fault.begin(field, chance(seed)).catch((error: unknown) => {
      failures.push(`${fault.name} could not be begun: ${String(error)}`)
    })
    if (heal) begun.push({ fault, beganAtMs, healAtMs: Date.now() + holdMs, heal })
  }
  const broken: Broken[] = []
  for (const { fault, beganAtMs, healAtMs, heal } of begun.toReversed()) {
    await sleep(Math.max(0, healAtMs - Date.now()))
    await heal().catch((error: unknown) => {
      failures.push(`${fault.name} could not be healed: ${String(error)}`)
    })
    const healedAtMs = Date.now()
    const { name, shuts = false } = fault
    broken.push({ name, beganAtMs, healedAtMs, openAtMs: Infinity, shuts })
  }
  failures.push(...(await comeBack(deps)))
  const openAtMs = Date.now()
  return { broken: broken.map((one) => ({ ...one, openAtMs })), failures }
}

const rankOf = ({ touches }: Fault): number => PARTS.indexOf(touches[0]!)

// Until each sale has decided, in each of its segments, on an attempt that was sent from now on.
const comeBack = async ({ field }: Deps): Promise<string[]> => {
  const sinceMs = Date.now()
  const { told } = field.crowd
  let seen = told.length
  const counts = new Map(field.sales.map(({ saleId, segments }) => [saleId, segments]))
  const closed = new Set(
    field.sales.flatMap(({ saleId, segments }) =>
      Array.from({ length: segments }, (_, at) => `${saleId}.${at}`),
    ),
  )
  const look = async () => {
    for (; seen < told.length; seen += 1) {
      const { kind, outcome, sentAt, saleId, buyerId } = told[seen]!
      if (kind === 'attempt' && sentAt >= sinceMs && DECIDED.has(outcome))
        closed.delete(`${saleId}.${homeSegment(buyerId, counts.get(saleId) ?? 1)}`)
    }
    return closed.size
  }
  const limit = { withinMs: COMES_BACK_WITHIN_MS, wanted: 'every sale decides again' }
  await askUntil(look, (count) => count === 0, limit).catch(() => undefined)
  return [...closed].map((place) => `sale ${place} did not come back`)
}
