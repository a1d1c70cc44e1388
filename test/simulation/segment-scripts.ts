// What the Lua scripts that enter, decide and give back do, word for word as the adapter sends and reads
// them, by the pure model of a segment. Each is one step: nothing happens in between.

import type { Attempt } from '../../src/domain/attempt.ts'
import type { SaleCopy, Strategy } from '../../src/domain/sale.ts'
import { type Held, heldUnits, type Reserved } from '../../src/domain/stock.ts'
import { readHeld, writeHeld } from '../../src/adapters/redis/stock/held.ts'
import {
  isWhole,
  loadingSlot,
  newSlot,
  openSlot,
  outUnits,
  partsOf,
  returningUnits,
  type ScriptPlace,
  type Slot,
} from './slot.ts'

type Word = string | number
export type ScriptTwin = (at: ScriptPlace, args: string[]) => Word | Word[]

export const begin: ScriptTwin = (at, [epoch, strategy, layout]) => {
  const begun = at.rules.begin(at.slots.get(at.key)?.segment, Number(epoch))
  if (begun.answer === 'superseded') return 'superseded'
  const { segment } = begun
  const fence = at.replicationId
  const of = { segment, fence, strategy: strategy as Strategy, layout: layout! }
  at.slots.set(at.key, newSlot(of))
  return 'begun'
}

export const load: ScriptTwin = (at, [epoch, layout, ...holders]) => {
  const slot = loadingSlot(at, { epoch: Number(epoch), layout: layout! })
  if (slot === undefined) return 'rebuilding'
  const held: Held[] = []
  for (let place = 0; place < holders.length; place += 2)
    held.push(readHeld(holders[place]!, holders[place + 1]!))
  for (const { buyerId } of held)
    for (const token of slot.segment.buyers.get(buyerId)?.stockTokens ?? [])
      slot.tokens.delete(`-${token}`)
  for (const token of held.flatMap((one) => one.stockTokens)) slot.tokens.add(`-${token}`)
  return at.rules.load(slot.segment, Number(epoch), held)
}

export const loadTokens: ScriptTwin = (at, [epoch, layout, from, to]) => {
  const slot = loadingSlot(at, { epoch: Number(epoch), layout: layout! })
  if (slot === undefined) return 'rebuilding'
  if (slot.strategy !== 'tokens' || Number(to) <= slot.loadedTo) return 'loaded'
  if (Number(from) !== slot.loadedTo + 1) return 'rebuilding'
  for (let token = Number(from); token <= Number(to); token += 1)
    if (!slot.tokens.delete(`-${token}`)) slot.tokens.add(`${token}`)
  slot.loadedTo = Number(to)
  return 'loaded'
}

export const open: ScriptTwin = (at, [epoch, layout, share, buyers, ...copy]) => {
  const slot = at.slots.get(at.key)
  const isOurs = slot?.segment.epoch === Number(epoch) && slot.layout === layout
  if (!isOurs || !isWhole(slot, at.replicationId)) return 'rebuilding'
  const { segment } = slot
  const free = Number(share) - heldUnits(segment)
  if (segment.state === 'loading') {
    if (free < 0 || (slot.strategy === 'tokens' && slot.tokens.size !== free)) return 'rebuilding'
    slot.restocked = readCopy(copy).restocked
  }
  const opening = { epoch: Number(epoch), share: Number(share), buyers: Number(buyers) }
  return at.rules.open(segment, { ...opening, copy: { ...readCopy(copy), restocked: 0 } }, at.nowMs)
}

const readCopy = (words: string[]): SaleCopy => {
  const [version, price, currency, startsAtMs, endsAtMs, paused, closed, restocked] = words
  return {
    version: Number(version),
    price: Number(price),
    currency: currency!,
    startsAtMs: Number(startsAtMs),
    endsAtMs: Number(endsAtMs),
    paused: paused === '1',
    closed: closed === '1',
    restocked: Number(restocked),
  }
}

// The model counts what was added to this segment; Redis what was added to the sale, and its part of it.
export const apply: ScriptTwin = (at, [epoch, layout, place, ...words]) => {
  const slot = openSlot(at, layout!)
  if (slot?.segment.epoch !== Number(epoch)) return 'rebuilding'
  const copy = readCopy(words)
  const parts = partsOf(slot)
  const partOf = (units: number) => Math.floor((units + parts - 1 - Number(place)) / parts)
  const restocked = Math.max(copy.restocked, slot.restocked)
  const added = partOf(restocked) - partOf(slot.restocked)
  const { share, copy: before } = slot.segment
  const own = { ...copy, restocked: before!.restocked + added }
  const answer = at.rules.apply(slot.segment, { epoch: Number(epoch), copy: own, nowMs: at.nowMs })
  if (answer !== 'applied') return answer
  slot.restocked = restocked
  if (slot.strategy === 'tokens')
    for (let token = share + 1; token <= slot.segment.share; token += 1) slot.tokens.add(`${token}`)
  return answer
}

export const reserve: ScriptTwin = (at, [layout, ...words]) => {
  const slot = openSlot(at, layout!)
  if (slot === undefined) return ['rebuilding']
  const { segment } = slot
  const count = words.length / 2
  const attempts: Attempt[] = []
  for (let place = 0; place < count; place += 1) {
    const [orderId, units] = words[count + place]!.split(':')
    attempts.push({ buyerId: words[place]!, orderId: orderId!, units: Number(units) })
  }
  const answers = at.rules.reserve(segment, attempts, at.nowMs)
  const texts = answers.flatMap((reserved, place) => [place + 1, answerOf(at, slot, reserved)])
  const { version, price, currency, startsAtMs } = segment.copy!
  const left = segment.available + returningUnits(slot) + outUnits(slot)
  const terms = [price, currency, version, startsAtMs]
  return ['decided', segment.epoch, segment.version, left, ...terms, 'sold-out', ...texts]
}

const answerOf = (at: ScriptPlace, slot: Slot, reserved: Reserved): string => {
  const { answer } = reserved
  if (answer !== 'taken' && answer !== 'already-reserved') return answer
  if (answer === 'already-reserved')
    return `${answer} ${markOf(slot, reserved.buyerId, reserved.inTransit)}`
  if (slot.strategy !== 'tokens') return answer
  const stockTokens = popTokens(at, slot, reserved.units)
  const { buyerId, orderId, units } = reserved
  slot.segment.buyers.set(buyerId, { buyerId, orderId, units, stockTokens })
  return `${answer} ${stockTokens.join(',')}`
}

// Any of them, as Redis takes them.
const popTokens = ({ chance }: ScriptPlace, { tokens }: Slot, units: number): string[] => {
  const popped: string[] = []
  for (let at = 0; at < units; at += 1) {
    const token = chance.pick([...tokens])
    tokens.delete(token)
    popped.push(token)
  }
  return popped
}

// What a buyer holds, and whether the ledger has decided it.
export const markOf = ({ segment }: Slot, buyerId: string, inTransit: boolean): string =>
  `${inTransit ? 'in-transit' : 'recorded'} ${writeHeld(segment.buyers.get(buyerId)!)}`

export const record: ScriptTwin = (at, [layout, ...words]) => {
  const slot = openSlot(at, layout!)
  if (slot === undefined) return ['rebuilding']
  const answers: Word[] = []
  for (let place = 0; place < words.length; place += 2) {
    const key = { buyerId: words[place]!, orderId: words[place + 1]! }
    answers.push(at.rules.record(slot.segment, key))
  }
  return answers
}

export const release: ScriptTwin = (at, [layout, ...words]) => {
  const slot = openSlot(at, layout!)
  if (slot === undefined) return ['rebuilding']
  const answers: Word[] = []
  for (let place = 0; place < words.length; place += 3) {
    const [buyerId, orderId, epoch] = words.slice(place, place + 3)
    const held = slot.segment.buyers.get(buyerId!)
    const key = { buyerId: buyerId!, orderId: orderId!, epoch: Number(epoch), nowMs: at.nowMs }
    const answer = at.rules.release(slot.segment, key)
    if (answer === 'released') for (const token of held?.stockTokens ?? []) slot.tokens.add(token)
    answers.push(answer)
  }
  return answers
}
