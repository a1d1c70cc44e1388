// A sale of full size in a model: some hundred thousand milliseconds in which millions of buyers come, wait,
// are decided, and come again, while a machine of gateways and a primary of Redis are lost. It asks how long
// buyers wait and whether lines grow. Whether the protocol is right is not its question: that is what
// test/simulation tries, with the real code.
//
// What is put together, and why it may be: buyers of one millisecond are one mix, since nothing tells them
// apart but when they first asked; a process works off its line in steps of a millisecond, which is far below
// every time that matters; chance decides how many, by distributions, instead of one by one, where counts are
// in the dozens. Calls to Redis are single events. Nothing else that a machine does is in it: no garbage
// collection, no lost packet, no neighbour.

import { type Chance, chanceOf } from './chance.ts'
import { type Course, type CourseResult, newCourse, type Told } from './course.ts'
import { type Crowd, crowd, type Mix } from './crowd.ts'
import type { Funnel } from './funnel.ts'
import { type Gateway, gateway, type GatewayDeps } from './gateway.ts'
import { type Stock, stock } from './stock.ts'

export interface Simulated extends CourseResult {
  seed: number
  salePerSecond: number
  sold: {
    units: number
    accepted: number
    cancelled: number
    held: number
    heldMost: number
    left: number
  }
  isExact: boolean // what is held, was sold, and no more than there is
  unanswered: number // when it was given up
  endedAfterMs: number
  marks: Record<string, number> // seconds
}

const LEASE_MS = 10_000 // after it, others have the share of who is gone
const CANCELLED_FROM_MS = 1000
const CANCELLED_WITHIN_MS = 30_000
const COMES_AGAIN_MS: Partial<Record<Told, number[]>> = {
  'rate-limited': [1000, 2000, 3000],
  busy: [1000, 2000, 3000],
  rebuilding: [1000, 2000, 3000],
}

export const simulate = (of: Funnel): Simulated => {
  const chance = chanceOf(of.seed)
  const course = newCourse()
  const buyers = crowd(of, chance, course)
  const engine = stock(of)
  const cancels = cancelling({ of, chance, engine })
  const deps = {
    of,
    chance,
    stock: engine,
    told: telling({ chance, course, buyers }),
    ...queue(of),
  }
  const count = of.gateways.machines * of.gateways.processesEach
  const all = Array.from({ length: count }, (_, process) => gateway({ ...deps, process }))
  const fleet = fleetOf(of, all)
  let nowMs = 0
  for (; nowMs < of.forMs + of.withinMs; nowMs += 1) {
    if (nowMs === of.lost.redisAtMs) engine.losePrimary(nowMs)
    fleet.pass(nowMs)
    cancels.pass(nowMs)
    engine.pass(nowMs)
    for (const answer of engine.answers(nowMs)) {
      all[answer.process]!.hear(answer, nowMs)
      if (!answer.isLost) cancels.plan(answer.taken, nowMs)
    }
    const mix = buyers.arrive(nowMs)
    if (mix) spread(mix, fleet.alive(), chance)
    for (const one of fleet.alive()) one.pass(nowMs)
    buyers.settle()
    course.passed(nowMs, () => ({
      gatewayLine: all.reduce((sum, one) => sum + one.line(), 0),
      redisMs: engine.waitMs(nowMs),
      comingBack: buyers.comingBack(),
    }))
    if (nowMs >= of.forMs && buyers.underway() < 1) break
  }
  const ended = { unanswered: Math.round(buyers.underway()), endedAfterMs: nowMs }
  const result = course.result()
  return {
    seed: of.seed,
    salePerSecond: of.salePerSecond,
    ...result,
    ...ended,
    marks: marksOf(of),
    ...soldOf({ of, engine, result, cancelled: cancels.all() }),
  }
}

const soldOf = (told: {
  of: Funnel
  engine: Stock
  result: CourseResult
  cancelled: number
}): Pick<Simulated, 'sold' | 'isExact'> => {
  const { units } = told.of
  const { available, returning, held, heldMost } = told.engine.units.read()
  const accepted = told.result.outcomes.accepted ?? 0
  const sold = { units, accepted, cancelled: told.cancelled, held, heldMost }
  const left = available + returning
  return { sold: { ...sold, left }, isExact: heldMost <= units && left + held === units }
}

// Counts what is told, and lets those come again who are told so.
const telling =
  ({
    chance,
    course,
    buyers,
  }: {
    chance: Chance
    course: Course
    buyers: Crowd
  }): GatewayDeps['told'] =>
  (outcome, mix, { count, delayMs }) => {
    if (count === 0) return
    course.told(outcome, count)
    const times = COMES_AGAIN_MS[outcome]
    if (times === undefined) return buyers.final(mix, { count, delayMs })
    let left = count
    for (const [at, afterMs] of times.entries()) {
      const some = chance.binomial(left, 1 / (times.length - at))
      left -= some
      if (some > 0) buyers.later(mix, { count: some, delayMs, afterMs })
    }
  }

// The brokers take one batch after the other, all together.
const queue = ({ queuePerSecond, wordMs }: Funnel): Pick<GatewayDeps, 'wordMs'> => {
  let freeAtMs = 0
  return {
    wordMs(orders, nowMs) {
      freeAtMs = Math.max(freeAtMs, nowMs) + (orders / queuePerSecond) * 1000
      return freeAtMs - nowMs + wordMs
    },
  }
}

// Some of those who have a unit give it back within half a minute.
const cancelling = ({ of, chance, engine }: { of: Funnel; chance: Chance; engine: Stock }) => {
  const due = new Map<number, number>()
  let all = 0
  return {
    plan(units: number, nowMs: number) {
      for (let left = chance.binomial(units, of.cancelled); left > 0; left -= 1) {
        const atMs = Math.ceil(nowMs + CANCELLED_FROM_MS + chance.share() * CANCELLED_WITHIN_MS)
        due.set(atMs, (due.get(atMs) ?? 0) + 1)
      }
    },
    pass(nowMs: number) {
      const units = due.get(nowMs)
      if (units === undefined) return
      due.delete(nowMs)
      all += units
      engine.units.cancel(units)
    },
    all: () => all,
  }
}

// Who is there, and what each may let through.
const fleetOf = (of: Funnel, all: Gateway[]) => {
  const { gatewayAtMs } = of.lost
  const lost = gatewayAtMs === undefined ? [] : all.slice(0, of.gateways.processesEach)
  let alive = all
  for (const one of all) one.share(all.length)
  return {
    alive: () => alive,
    pass(nowMs: number) {
      if (nowMs === gatewayAtMs) {
        for (const one of lost) one.lose(nowMs)
        alive = all.slice(lost.length)
      }
      if (gatewayAtMs !== undefined && nowMs === gatewayAtMs + LEASE_MS)
        for (const one of alive) one.share(alive.length)
    },
  }
}

const spread = (mix: Mix, gateways: Gateway[], chance: Chance) => {
  let left = mix.count
  for (const [at, one] of gateways.entries()) {
    const count = chance.binomial(left, 1 / (gateways.length - at))
    left -= count
    if (count > 0) one.join(mix, count)
  }
}

const marksOf = ({ lost }: Funnel): Record<string, number> => ({
  ...(lost.gatewayAtMs !== undefined && {
    'a machine of gateways is lost': lost.gatewayAtMs / 1000,
  }),
  ...(lost.redisAtMs !== undefined && { 'a primary of Redis is lost': lost.redisAtMs / 1000 }),
})
