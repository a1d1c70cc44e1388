// A stock engine beside the pure model of domain/stock.ts: each step is done to both, gets the same
// answer from both, and afterwards both read the same. What engines may differ in, each says for itself.

import assert from 'node:assert/strict'
import type { AppliedCopy } from '../../src/ports/stock.ts'
import * as model from '../../src/domain/stock.ts'
import { sampleCopy } from '../contracts/samples.ts'
import { decide, type StockSetup } from '../contracts/stock-steps.ts'
import { BUYERS, SALES, type StockStep } from './stock-steps.ts'

export interface EngineBeside extends Pick<StockSetup, 'stock' | 'layout' | 'time'> {
  // The worker records what waits, at most so much; false: nothing did.
  commit(world: World, max: number): Promise<boolean>
  // The units that whoever is loaded holds.
  tokensFor(segment: model.Segment | undefined, held: model.Held): string[]
  // Holds the answer to a batch against the model's.
  batchIs(
    saleId: string,
    actual: Batch,
    expected: Batch & { segment: model.Segment | undefined },
  ): void
  // Holds a sale's numbers against the model's.
  readingIs(saleId: string, segment: model.Segment | undefined, nowMs: number): Promise<void>
}

export type Batch = Awaited<ReturnType<typeof decide>>

// Everything one run knows. Epochs only grow, as home's do, also over a sale that was forgotten.
export interface World {
  engine: EngineBeside
  nowMs: number // by the engine's clock, at this step
  saleIds: string[]
  segments: Map<string, model.Segment>
  epochs: Map<string, number>
  orders: Map<string, model.Held> // the latest of each sale and buyer
  nextOrderId: () => string
}

export const worldOf = (
  engine: EngineBeside,
  of: { run: number; nextOrderId: () => string },
): World => {
  const saleIds = Array.from({ length: SALES }, (_, at) => String(of.run * SALES + at))
  const maps = { segments: new Map(), epochs: new Map(), orders: new Map() }
  return { engine, nowMs: 0, saleIds, nextOrderId: of.nextOrderId, ...maps }
}

type StepOf<Name> = Extract<StockStep, { do: Name }>
type SaleStep = { sale: number; epochOff: number }

const place = (world: World, step: SaleStep) => {
  const saleId = world.saleIds[step.sale]!
  const epoch = Math.max(1, (world.epochs.get(saleId) ?? 0) + step.epochOff)
  return { saleId, epoch, segment: world.segments.get(saleId) }
}

const begin = async (world: World, step: StepOf<'begin'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const forgotten = segment === undefined && world.epochs.has(saleId)
  const at = { saleId, epoch: forgotten ? world.epochs.get(saleId)! + 1 : epoch }
  const expected = model.begin(segment, at.epoch)
  const answer = await world.engine.stock.begin({ ...at, ...world.engine.layout })
  assert.equal(answer, expected.answer)
  if (expected.answer === 'superseded') return
  world.segments.set(saleId, expected.segment)
  world.epochs.set(saleId, at.epoch)
}

// One after the other, so that each gets units that nobody has.
const load = async (world: World, step: StepOf<'load'>) => {
  const { saleId, epoch, segment } = place(world, step)
  let expected: 'loaded' | 'rebuilding' = 'rebuilding'
  const held: model.Held[] = []
  for (const { buyer: buyerId, units, isKnown } of step.held) {
    const known = isKnown ? world.orders.get(`${saleId} ${buyerId}`) : undefined
    const one = known ?? { buyerId, orderId: world.nextOrderId(), units, stockTokens: [] }
    held.push({ ...one, stockTokens: world.engine.tokensFor(segment, one) })
    if (segment) expected = model.load(segment, epoch, held.slice(-1))
  }
  assert.equal(await world.engine.stock.load({ saleId, epoch, held }), expected)
  if (expected === 'loaded')
    for (const one of held) world.orders.set(`${saleId} ${one.buyerId}`, one)
}

const open = async (world: World, step: StepOf<'open'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const copy = sampleCopy(world.nowMs, { version: epoch * 10 })
  const share = Math.max(
    segment ? model.heldUnits(segment) + step.free : step.free,
    latest(segment),
  )
  const buyers = (segment?.buyers.size ?? 0) + step.missing
  const opening = { epoch, copy, share, buyers }
  const wasLoading = segment?.state === 'loading'
  const expected = segment ? model.open(segment, opening, world.nowMs) : 'rebuilding'
  const all = { saleId, epoch, from: 1, to: share }
  if (wasLoading && expected === 'open')
    assert.equal(await world.engine.stock.loadTokens(all), 'loaded')
  const book = { saleId, ...world.engine.layout, epoch, copy, total: share, buyers }
  assert.equal(await world.engine.stock.open(book), expected)
}

// No unit has a higher number than this one.
const latest = (segment: model.Segment | undefined): number =>
  Math.max(0, ...tokensHeld(segment).map((token) => Number(token) || 0))

export const tokensHeld = (segment: model.Segment | undefined): string[] =>
  [...(segment?.buyers.values() ?? [])].flatMap(({ stockTokens }) => stockTokens)

const apply = async (world: World, step: StepOf<'apply'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const { nowMs } = world
  const copy = sampleCopy(nowMs, {
    version: (segment?.copy?.version ?? 0) + step.newer,
    restocked: (segment?.copy?.restocked ?? 0) + step.restocked,
    price: 100 + step.restocked,
    paused: step.paused,
    closed: step.closed,
    startsAtMs: nowMs + step.startsInMs,
    endsAtMs: nowMs + step.endsInMs,
  })
  const applied: AppliedCopy = { saleId, epoch, copy }
  const expected = segment ? model.apply(segment, { epoch, copy, nowMs }) : 'rebuilding'
  assert.deepEqual(await world.engine.stock.apply([applied]), [expected])
}

const reserve = async (world: World, step: StepOf<'reserve'>) => {
  const { saleId, segment } = place(world, { ...step, epochOff: 0 })
  const attempts = step.attempts.map(({ buyer: buyerId, units }) => {
    return { buyerId, units, orderId: world.nextOrderId() }
  })
  const answers: model.Reserved[] = segment
    ? model.reserve(segment, attempts, world.nowMs)
    : attempts.map(() => ({ answer: 'rebuilding' }))
  const left =
    segment?.state === 'open'
      ? segment.available + model.readSegment(segment, world.nowMs).returning
      : Infinity
  const reading = { version: segment?.version ?? 0, left }
  const batch = await decide(world.engine, { saleId, attempts })
  world.engine.batchIs(saleId, batch, { epoch: segment?.epoch ?? 0, reading, answers, segment })
  for (const { buyerId } of attempts) {
    const held = segment?.buyers.get(buyerId)
    if (held) world.orders.set(`${saleId} ${buyerId}`, held)
  }
}

const orderOf = (world: World, step: { buyer: string; isRight: boolean }, saleId: string) => {
  const known = world.orders.get(`${saleId} ${step.buyer}`)?.orderId
  const orderId = step.isRight && known ? known : world.nextOrderId()
  return { saleId, buyerId: step.buyer, orderId }
}

const record = async (world: World, step: StepOf<'record'>) => {
  const { saleId, segment } = place(world, { ...step, epochOff: 0 })
  const order = orderOf(world, step, saleId)
  const expected = segment ? model.record(segment, order) : 'rebuilding'
  assert.deepEqual(await world.engine.stock.record([order]), [expected])
}

const release = async (world: World, step: StepOf<'release'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const order = { ...orderOf(world, step, saleId), epoch }
  const at = { ...order, nowMs: world.nowMs }
  const expected = segment ? model.release(segment, at) : 'rebuilding'
  assert.deepEqual(await world.engine.stock.release([order]), [expected])
}

const forget = async (world: World, step: StepOf<'forget'>) => {
  const { saleId } = place(world, { ...step, epochOff: 0 })
  world.segments.delete(saleId)
  await world.engine.stock.forget(saleId)
}

export const run = (world: World, step: StockStep): Promise<unknown> => {
  switch (step.do) {
    case 'begin':
      return begin(world, step)
    case 'load':
      return load(world, step)
    case 'open':
      return open(world, step)
    case 'apply':
      return apply(world, step)
    case 'reserve':
      return reserve(world, step)
    case 'record':
      return record(world, step)
    case 'release':
      return release(world, step)
    case 'pass':
      return world.engine.time.pass(step.ms)
    case 'commit':
      return world.engine.commit(world, step.max)
    case 'forget':
      return forget(world, step)
  }
}

// Every sale and every buyer, at one instant.
export const compare = async ({ engine, nowMs, saleIds, segments }: World): Promise<void> => {
  const compareOne = async (saleId: string) => {
    const segment = segments.get(saleId)
    await engine.readingIs(saleId, segment, nowMs)
    const marks = BUYERS.map((buyerId) => markOf(segment, buyerId))
    assert.deepEqual(await engine.stock.readBuyers({ saleId, buyerIds: BUYERS }), marks)
  }
  await Promise.all(saleIds.map(compareOne))
}

const markOf = (segment: model.Segment | undefined, buyerId: string) => {
  const held = segment?.state === 'open' ? segment.buyers.get(buyerId) : undefined
  return held && { ...held, inTransit: segment!.inTransit.has(held.orderId) }
}
