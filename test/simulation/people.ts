// Buyers who ask, ask again and change their minds, and the operator. They are no process of ours: a
// gateway that crashes leaves them without an answer.

import { SOLD_OUT_MEMORY_MS } from '../../src/attempt/sold-out-memory.ts'
import type { BuyerId, OrderId } from '../../src/domain/ids.ts'
import type { Process } from './agenda.ts'
import type { Fleet, Gateway } from './processes.ts'
import type { World } from './world.ts'

export interface People {
  busy: number // buyers who have not finished
  client: Process
  world: World
  fleet: Fleet
}

const BUYERS = 5
const ASKS_MAX = [3, 5, 14] as const // of one buyer, by run
const CANCELS = 0.4
const PAYS = 0.3
const CLOSES = 0.1

export const sendPeople = (world: World, fleet: Fleet): People => {
  const people: People = { busy: 0, client: world.newProcess('people'), world, fleet }
  const asksMax = world.chance.pick(ASKS_MAX)
  for (let at = 0; at < BUYERS; at++)
    void busy(people, shop(people, { buyerId: String(101 + at), asksMax }))
  for (let at = world.chance.below(3); at > 0; at--) void busy(people, restock(people))
  if (world.chance.happens(CLOSES)) void busy(people, close(people))
  return people
}

// Nothing is at rest while somebody is busy.
export const busy = async (people: People, work: Promise<void>) => {
  people.busy += 1
  await work
  people.busy -= 1
}

const pause = ({ world, client }: People, ms: number) => world.scheduler.pause(client, ms)

const shop = async (
  people: People,
  { buyerId, asksMax }: { buyerId: BuyerId; asksMax: number },
) => {
  const { chance } = people.world
  const asks = 1 + chance.below(asksMax)
  for (let at = 0; at < asks && !people.world.isHealed; at++) {
    await pause(people, 1 + chance.below(chance.pick([20, 250])))
    const orderId = await buy(people, { buyerId, units: chance.happens(0.15) ? 2 : 1 })
    if (orderId === undefined) continue
    if (chance.happens(CANCELS)) {
      await pause(people, 1 + chance.below(200))
      await ask(people, (gateway) => gateway.cancel({ buyerId, orderId }))
    } else if (chance.happens(PAYS)) await pay(people, orderId)
  }
}

// Some have their money back.
const pay = async (people: People, orderId: OrderId) => {
  const { chance } = people.world
  await pause(people, 1 + chance.below(200))
  await ask(people, (gateway) => gateway.told(orderId))
  if (!chance.happens(0.5)) return
  await pause(people, 1 + chance.below(200))
  await ask(people, (gateway) => gateway.refund(orderId))
}

const restock = async (people: People) => {
  const { chance } = people.world
  await pause(people, chance.below(1000))
  await ask(people, (gateway) => gateway.restock(1 + chance.below(2)))
}

const close = async (people: People) => {
  await pause(people, 500 + people.world.chance.below(800))
  await ask(people, (gateway) => gateway.close())
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
  const failed = (error: unknown) => {
    world.failed(error)
    return undefined
  }
  return Promise.race([question(gateway).catch(failed), crashed])
}

// One attempt. Returns the order id that was promised, if any.
export const buy = async (
  people: People,
  of: { buyerId: BuyerId; units: number },
): Promise<OrderId | undefined> => {
  const { world } = people
  const before = viewOf(world, of.buyerId)
  const askedAtMs = world.scheduler.nowMs()
  const answer = await ask(people, (gateway) => gateway.attempt(of.buyerId, of.units))
  if (answer === undefined) return undefined
  const { outcome } = answer
  const orderId =
    outcome === 'accepted' || outcome === 'already-reserved' ? answer.orderId : undefined
  if (outcome === 'busy' && answer.cause !== undefined) world.failed(answer.cause)
  if (outcome !== 'busy' && outcome !== 'rebuilding')
    judgeRetry(world, { before, after: viewOf(world, of.buyerId), orderId })
  if (outcome === 'sold-out' && !world.shortage.wasShort(of.units, askedAtMs - SOLD_OUT_MEMORY_MS))
    world.violated(`P5: ${of.buyerId} was told sold out, and it was not`)
  if (orderId !== undefined) world.words.set(orderId, of.buyerId)
  return orderId
}

// What could be known of a buyer at this instant.
interface View {
  buyerId: BuyerId
  live: OrderId | undefined
  isClear: boolean // nobody was, or remembers having been, answered by an old primary
  zombieUntilMs: number
}

const viewOf = (world: World, buyerId: BuyerId): View => {
  const zombieUntilMs = world.engine.redis.zombieUntilMs()
  const isClear = world.scheduler.nowMs() >= zombieUntilMs + SOLD_OUT_MEMORY_MS
  return { buyerId, live: liveWord(world, buyerId), isClear, zombieUntilMs }
}

// P4, of every answer that is not a question: an order that lived all the while is the answer.
const judgeRetry = (
  world: World,
  { before, after, orderId }: { before: View; after: View; orderId: OrderId | undefined },
) => {
  const isClear = before.isClear && before.zombieUntilMs === after.zombieUntilMs
  const isLive = before.live !== undefined && before.live === after.live
  if (isClear && isLive && orderId !== before.live)
    world.violated(`P4: ${before.buyerId} has ${before.live} and was answered ${orderId ?? 'no'}`)
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
