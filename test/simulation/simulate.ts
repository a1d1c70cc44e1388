// One run from one seed: chaos for a while, then healing, then rest, then the last units are sold. The
// same seed and the same sabotage give the same run, step by step.

import { reconcile } from '../../src/flows/stock/reconcile.ts'
import { unleashChaos } from './chaos.ts'
import { busy, buy, type People, sendPeople } from './people.ts'
import { type Fleet, startFleet } from './processes.ts'
import { judge, observe, unrest } from './verdict.ts'
import { healSale, newWorld, type Sabotage, SALE_ID, START_MS, type World } from './world.ts'

const CHAOS_MS = 1400
const SETTLE_MS = 600 // longer than any call, pause or restart that chaos has begun
const STEPS_MAX = 6000

export const simulate = async (
  seed: number,
  { sabotage = {}, trace }: { sabotage?: Sabotage; trace?: (line: string) => void } = {},
): Promise<string[]> => {
  const world = newWorld({ seed, sabotage, observe, trace })
  const { scheduler, violations } = world
  if (world.chance.happens(0.8)) await preheat(world)
  const fleet = startFleet(world)
  const people = sendPeople(world, fleet)
  unleashChaos(world, fleet)
  sabotage.start?.(world)
  const found = () => isBroken(world)
  const after = (ms: number) => () => found() || scheduler.nowMs() >= START_MS + ms
  await scheduler.run(after(CHAOS_MS), STEPS_MAX)
  heal(world, fleet)
  await scheduler.run(after(CHAOS_MS + SETTLE_MS), STEPS_MAX)
  await rest(world, people)
  if (!found()) judge(world)
  if (!found()) await sellTheRest(people)
  if (!found()) judge(world)
  return violations
}

// R2 is a rule, not a promise: a run that breaks it goes on, to see what comes of it.
const isBroken = ({ violations }: World) => violations.some((what) => !what.startsWith('R2'))

// The sale as it is after a first, undisturbed rebuild.
const preheat = ({ engine, home }: World) => {
  home.book.epoch = home.book.sealedEpoch = 1
  return engine.preheat(home.sale, home.book.total)
}

const heal = (world: World, fleet: Fleet) => {
  world.isHealed = true
  const { redis } = world.engine
  for (let at = 0; at < redis.primaries; at++) redis.rejoin(at)
  world.scheduler.calm()
  fleet.resumeAll()
  healSale(world)
}

const rest = async (world: World, people: People) => {
  const isDone = () => isBroken(world) || (people.busy === 0 && unrest(world) === undefined)
  if (await world.scheduler.run(isDone, STEPS_MAX)) return
  world.violated(`stuck: ${people.busy > 0 ? 'a buyer waits' : unrest(world)}`)
}

// P5: the last unit can be sold, and nothing after it. The books agree, says our own reconciliation.
const sellTheRest = async (people: People) => {
  const { world } = people
  const isClosed = world.home.sale.closedAtMs !== undefined
  const left = isClosed ? 0 : world.home.book.available
  const closing = async () => {
    for (let at = 0; at < left; at++) await buy(people, { buyerId: String(201 + at), units: 1 })
    if (await buy(people, { buyerId: '300', units: 1 })) world.violated('P1: sold more than all')
    const ports = world.portsOf(people.client, 0)
    const books = await reconcile(ports, { saleId: SALE_ID, roundPauseMs: 50, page: 10 })
    if (books?.drift !== 0 || books.oversold || books.duplicateBuyers)
      world.violated('reconciliation finds a difference')
    if (books?.unaccounted.home !== 0 || books.unaccounted.engine)
      world.violated('P5: units are nowhere')
  }
  void busy(people, closing())
  await rest(world, people)
  if (!isClosed && world.home.book.available > 0) world.violated('P5: the last unit cannot be sold')
}
