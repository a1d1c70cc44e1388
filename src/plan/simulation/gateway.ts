// One gateway process of the model: a line, and a core that works it off a millisecond at a time. What it
// does with an attempt is what src/attempt does, for many attempts at once.

import type { Chance } from './chance.ts'
import type { Told } from './course.ts'
import type { Mix } from './crowd.ts'
import type { Funnel } from './funnel.ts'
import { saleLimit } from './sale-limit.ts'
import { segments } from './segments.ts'
import { soldOutMemory } from './sold-out-memory.ts'
import type { Asked, Decided, Stock } from './stock.ts'

export interface Gateway {
  join(mix: Mix, count: number): void
  pass(nowMs: number): void // a millisecond of its core
  hear(decided: Decided, nowMs: number): void
  lose(nowMs: number): void
  share(gateways: number): void // of the sale's limit
  line(): number
}

export interface GatewayDeps {
  of: Funnel
  chance: Chance
  stock: Stock
  process: number
  told(outcome: Told, mix: Mix, of: { count: number; delayMs: number }): void
  wordMs(orders: number, nowMs: number): number // until the queue has them and the epoch is read
}

export const gateway = (deps: GatewayDeps): Gateway => {
  const { told } = deps
  const parts = partsOf(deps)
  let isLost = false

  return {
    join(mix, count) {
      parts.line.push({ mix, count })
      parts.lined += count
    },
    pass(nowMs) {
      parts.limit.fill()
      if (isLost) return
      workOff(deps, parts, nowMs)
      parts.asked.send(nowMs)
    },
    hear(decided, nowMs) {
      parts.asked.answered(decided.segment)
      if (decided.isLost || isLost) {
        for (const { mix, count } of decided.asked)
          told('busy', mix, { count, delayMs: decided.answeredAtMs - mix.atMs })
        return
      }
      parts.memory.note(decided, nowMs)
      answer(deps, parts, { decided, nowMs })
      parts.asked.send(nowMs)
    },
    // Who was in it is told by the edge to come again.
    lose(nowMs) {
      isLost = true
      for (const { mix, count } of [...parts.line, ...parts.asked.empty()])
        told('busy', mix, { count, delayMs: nowMs - mix.atMs })
      Object.assign(parts, partsOf(deps))
    },
    share: (gateways) => parts.limit.share(gateways),
    line: () => parts.lined,
  }
}

const partsOf = ({ of, chance, stock, process }: GatewayDeps) => ({
  line: [] as Pick<Asked, 'mix' | 'count'>[],
  lined: 0, // attempts in it
  workMs: 0, // that is begun
  limit: saleLimit({ perSecond: of.salePerSecond, burst: of.saleBurst }),
  memory: soldOutMemory(of),
  asked: segments({ count: of.redis.segments, process, chance, stock }),
})

type Parts = ReturnType<typeof partsOf>

// What one who is heard now has waited for, as the process can see it: who has no connection waits outside.
const behindMs = ({ of }: GatewayDeps, { lined, workMs }: Parts): number =>
  Math.min(lined, of.gateways.connections) * of.gateways.refusedMs + workMs

const workOff = (deps: GatewayDeps, parts: Parts, nowMs: number) => {
  const { refusedMs, askedMs } = deps.of.gateways
  const { line, limit, memory } = parts
  let usedMs = Math.min(1, parts.workMs)
  parts.workMs -= usedMs
  let served = 0
  while (served < line.length && usedMs < 1) {
    const { mix, count } = line[served]!
    const isAsked = !limit.isEmpty() && deps.stock.state() === 'open' && !memory.recalls(nowMs)
    const eachMs = isAsked ? askedMs : refusedMs
    const some = Math.min(count, Math.max(1, Math.floor((1 - usedMs) / eachMs)))
    // Within a millisecond they come evenly: what is done before is half behind them already.
    const waitedMs = mix.atMs === nowMs ? usedMs / 2 : nowMs + usedMs - mix.atMs
    usedMs += some * eachMs
    check(deps, parts, { mix, count: some, delayMs: waitedMs + eachMs, nowMs })
    parts.lined -= some
    line[served]!.count -= some
    if (line[served]!.count === 0) served += 1
  }
  line.splice(0, served)
  parts.workMs += Math.max(0, usedMs - 1)
}

interface Heard {
  mix: Mix
  count: number
  delayMs: number
  nowMs: number
}

// As SECKILL_SHED_DELAY_MS, and three quarters of it for what has to be decided.
const SHED_MS = 1000
const SHED_DECISIONS_MS = 750

// All of one mix that the core has come to: who is told at once, and who is decided by the engine.
const check = (deps: GatewayDeps, parts: Parts, { mix, count, delayMs, nowMs }: Heard) => {
  const { told, chance, stock, of } = deps
  const late = behindMs(deps, parts)
  if (late >= SHED_MS) return told('busy', mix, { count, delayMs })
  const allowed = parts.limit.take(count)
  told('rate-limited', mix, { count: count - allowed, delayMs })
  const holders = chance.binomial(allowed, stock.units.read().held / of.buyers)
  const isRemembered = parts.memory.recalls(nowMs)
  if (isRemembered) told('sold-out', mix, { count: allowed - holders, delayMs })
  const asking = isRemembered ? holders : allowed
  if (asking === 0) return
  const state = stock.state()
  if (state !== 'open')
    return told(state === 'down' ? 'busy' : 'rebuilding', mix, { count: asking, delayMs })
  const shed = late >= SHED_DECISIONS_MS ? asking : parts.asked.ask(mix, { count: asking, holders })
  told('busy', mix, { count: shed, delayMs })
}

const answer = (
  deps: GatewayDeps,
  parts: Parts,
  { decided, nowMs }: { decided: Decided; nowMs: number },
) => {
  const { acceptedMs, askedMs } = deps.of.gateways
  let { taken } = decided
  for (const { mix, count, holders } of decided.asked) {
    const delayMs = decided.answeredAtMs - mix.atMs
    const won = Math.min(taken, count - holders)
    taken -= won
    if (won > 0) {
      const wonMs = won * Math.max(0, acceptedMs - askedMs)
      const untilMs = parts.workMs + wonMs / 2 + deps.wordMs(won, nowMs)
      parts.workMs += wonMs
      deps.told('accepted', mix, { count: won, delayMs: delayMs + untilMs })
    }
    deps.told('already-reserved', mix, { count: holders, delayMs })
    deps.told('sold-out', mix, { count: count - won - holders, delayMs })
  }
}
