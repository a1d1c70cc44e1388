// Buyers who ask, ask again and change their minds, and the operator. They are no process of ours: a
// gateway that crashes leaves them without an answer.

import type { BuyerId, OrderId } from '../../src/domain/ids.ts'
import type { Fleet, Gateway } from './processes.ts'
import type { Process } from './scheduler.ts'
import type { World } from './world.ts'

export interface People {
  busy: number // buyers who have not finished
  client: Process
  world: World
  fleet: Fleet
}

const BUYERS = 5
const ASKS_MAX = 4
const CANCELS = 0.4

export const sendPeople = (world: World, fleet: Fleet): People => {
  const people: People = { busy: 0, client: world.newProcess('people'), world, fleet }
  for (let at = 0; at < BUYERS; at++) void busy(people, shop(people, String(101 + at)))
  if (world.chance.happens(0.5)) void busy(people, restock(people))
  return people
}

const busy = async (people: People, work: Promise<void>) => {
  people.busy += 1
  await work
  people.busy -= 1
}

const pause = ({ world, client }: People, ms: number) => world.scheduler.pause(client, ms)

const shop = async (people: People, buyerId: BuyerId) => {
  const { chance } = people.world
  const asks = 1 + chance.below(ASKS_MAX)
  for (let at = 0; at < asks && !people.world.isHealed; at++) {
    await pause(people, 1 + chance.below(chance.pick([20, 300])))
    const orderId = await buy(people, { buyerId, units: chance.happens(0.15) ? 2 : 1 })
    if (orderId === undefined || !chance.happens(CANCELS)) continue
    await pause(people, 1 + chance.below(200))
    await ask(people, (gateway) => gateway.cancel({ buyerId, orderId }))
  }
}

const restock = async (people: People) => {
  const { chance } = people.world
  await pause(people, chance.below(1200))
  await ask(people, (gateway) => gateway.restock(1 + chance.below(2)))
}

// Asks some gateway; undefined when it crashed or failed before it answered.
const ask = async <Answer>(
  { fleet, world }: People,
  question: (gateway: Gateway) => Promise<Answer>,
): Promise<Answer | undefined> => {
  const gateway = world.chance.pick(fleet.gateways)
  if (!gateway.process.alive) return undefined
  const crashed = new Promise<undefined>((resolve) => {
    gateway.process.onCrash.push(() => resolve(undefined))
  })
  return Promise.race([question(gateway).catch(() => undefined), crashed])
}

// One attempt. Returns the order id that was promised, if any.
export const buy = async (
  people: People,
  of: { buyerId: BuyerId; units: number },
): Promise<OrderId | undefined> => {
  const { world } = people
  const before = liveWord(world, of.buyerId)
  const { failovers } = world
  const answer = await ask(people, (gateway) => gateway.attempt(of.buyerId, of.units))
  if (answer === undefined) return undefined
  if ('cause' in answer && String(answer.cause).includes('Assertion'))
    world.violated(String(answer.cause))
  const promised =
    answer.outcome === 'accepted' || answer.outcome === 'already-reserved'
      ? answer.orderId
      : undefined
  const isQuestion = answer.outcome === 'busy' || answer.outcome === 'rebuilding'
  const stillLive = before !== undefined && before === liveWord(world, of.buyerId)
  if (stillLive && failovers === 0 && !isQuestion && promised !== before)
    world.violated(`P4: ${of.buyerId} has ${before} and was answered ${answer.outcome}`)
  if (promised !== undefined) world.words.set(promised, of.buyerId)
  return promised
}

// The order this buyer was promised and has, by now, in the ledger.
const liveWord = ({ words, home }: World, buyerId: BuyerId): OrderId | undefined => {
  for (const [orderId, to] of words) {
    if (to !== buyerId) continue
    const entry = home.book.ledger.get(orderId)
    if (entry?.decision === 'recorded' && !entry.released) return orderId
  }
  return undefined
}
