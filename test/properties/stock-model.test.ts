// The SQLite stock engine beside the pure model of domain/stock.ts: the same answer to every random
// step, the same reading of every sale and buyer after it, and in every reading
// share = available + returning + held + out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as model from '../../src/domain/stock.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { sampleCopy } from '../contracts/samples.ts'
import { checkProperty } from './replay.ts'
import { BUYERS, SALES, type StockStep, stockSteps } from './stock-steps.ts'

const RUNS = 250
const STEPS_MIN = 10_000

// Everything one run knows. Epochs only grow, as home's do, also over a sale that was forgotten.
interface World {
  sqlite: Sqlite
  saleIds: string[]
  segments: Map<string, model.Segment>
  epochs: Map<string, number>
  orders: Map<string, model.Held> // the latest of each sale and buyer
  nextOrderId: () => string
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
  const answer = await world.sqlite.stock.begin({ ...at, strategy: 'counter', segments: 1 })
  assert.equal(answer, expected.answer)
  if (expected.answer === 'superseded') return
  world.segments.set(saleId, expected.segment)
  world.epochs.set(saleId, at.epoch)
}

const load = async (world: World, step: StepOf<'load'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const held = step.held.map(({ buyer: buyerId, units, isKnown }) => {
    const known = isKnown ? world.orders.get(`${saleId} ${buyerId}`) : undefined
    return known ?? { buyerId, orderId: world.nextOrderId(), units, stockTokens: ['a', 'b'] }
  })
  const expected = segment ? model.load(segment, epoch, held) : 'rebuilding'
  assert.equal(await world.sqlite.stock.load({ saleId, epoch, held }), expected)
  if (expected === 'loaded')
    for (const one of held) world.orders.set(`${saleId} ${one.buyerId}`, one)
}

const open = async (world: World, step: StepOf<'open'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const nowMs = world.sqlite.time.nowMs()
  const copy = sampleCopy(nowMs, { version: epoch * 10 })
  const share = (segment ? model.heldUnits(segment) : 0) + step.free
  const buyers = (segment?.buyers.size ?? 0) + step.missing
  const opening = { epoch, copy, share, buyers }
  const expected = segment ? model.open(segment, opening, nowMs) : 'rebuilding'
  const book = { saleId, ...world.sqlite.layout, epoch, copy, total: share, buyers }
  assert.equal(await world.sqlite.stock.open(book), expected)
}

const apply = async (world: World, step: StepOf<'apply'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const nowMs = world.sqlite.time.nowMs()
  const copy = sampleCopy(nowMs, {
    version: (segment?.copy?.version ?? 0) + step.newer,
    restocked: (segment?.copy?.restocked ?? 0) + step.restocked,
    price: 100 + step.restocked,
    paused: step.paused,
    closed: step.closed,
    startsAtMs: nowMs + step.startsInMs,
    endsAtMs: nowMs + step.endsInMs,
  })
  const expected = segment ? model.apply(segment, { epoch, copy, nowMs }) : 'rebuilding'
  assert.deepEqual(await world.sqlite.stock.apply([{ saleId, epoch, copy }]), [expected])
}

const reserve = async (world: World, step: StepOf<'reserve'>) => {
  const { saleId, segment } = place(world, { ...step, epochOff: 0 })
  const attempts = step.attempts.map(({ buyer: buyerId, units }) => {
    return { buyerId, units, orderId: world.nextOrderId() }
  })
  const nowMs = world.sqlite.time.nowMs()
  const answers: model.Reserved[] = segment
    ? model.reserve(segment, attempts, nowMs)
    : attempts.map(() => ({ answer: 'rebuilding' }))
  const left =
    segment?.state === 'open'
      ? segment.available + model.readSegment(segment, nowMs).returning
      : Infinity
  assert.deepEqual(
    await world.sqlite.stock.reserve({ saleId, segments: 1, segment: 0, attempts }),
    {
      epoch: segment?.epoch ?? 0,
      reading: { version: segment?.version ?? 0, left },
      queued: true,
      answers,
    },
  )
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
  assert.deepEqual(await world.sqlite.stock.record([order]), [expected])
}

const release = async (world: World, step: StepOf<'release'>) => {
  const { saleId, epoch, segment } = place(world, step)
  const order = { ...orderOf(world, step, saleId), epoch }
  const nowMs = world.sqlite.time.nowMs()
  const expected = segment ? model.release(segment, { ...order, nowMs }) : 'rebuilding'
  assert.deepEqual(await world.sqlite.stock.release([order]), [expected])
}

// The worker has recorded what waits: the messages go, and with them the marks of their own epoch.
const commit = async (world: World, { max }: { max: number }) => {
  const signal = new AbortController().signal
  const delivery = await world.sqlite.queue.take({ max, waitMs: 0, signal })
  await delivery?.commit()
  for (const { saleId, epoch, orderId, buyerId } of delivery?.messages ?? []) {
    const segment = world.segments.get(saleId)
    if (segment?.epoch === epoch && segment.buyers.get(buyerId)?.orderId === orderId)
      segment.inTransit.delete(orderId)
  }
  return delivery !== undefined
}

const forget = async (world: World, step: StepOf<'forget'>) => {
  const { saleId } = place(world, { ...step, epochOff: 0 })
  world.segments.delete(saleId)
  await world.sqlite.stock.forget(saleId)
}

const run = (world: World, step: StockStep): Promise<unknown> => {
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
      return world.sqlite.time.pass(step.ms)
    case 'commit':
      return commit(world, step)
    case 'forget':
      return forget(world, step)
  }
}

const compare = async ({ sqlite, saleIds, segments }: World) => {
  for (const saleId of saleIds) {
    const segment = segments.get(saleId)
    const expected = segment ? [model.readSegment(segment, sqlite.time.nowMs())] : []
    const readings = await sqlite.stock.read(saleId)
    assert.deepEqual(readings, expected)
    for (const { share, available, returning, held, out, state } of readings)
      if (state === 'open') assert.equal(share, available + returning + held + out)
    const marks = BUYERS.map((buyerId) => markOf(segment, buyerId))
    assert.deepEqual(await sqlite.stock.readBuyers({ saleId, buyerIds: BUYERS }), marks)
  }
}

const markOf = (segment: model.Segment | undefined, buyerId: string) => {
  const held = segment?.state === 'open' ? segment.buyers.get(buyerId) : undefined
  return held && { ...held, inTransit: segment!.inTransit.has(held.orderId) }
}

test('the SQLite stock engine answers and reads as the model does', async (context) => {
  await using sqlite = await makeSqlite()
  sqlite.database.select('pragma synchronous = off').all() // what is compared is not durability
  let [runs, orders, steps] = [0, 0, 0]

  const property = fc.asyncProperty(stockSteps, async (list) => {
    runs += 1
    const saleIds = Array.from({ length: SALES }, (_, at) => String(runs * SALES + at))
    const nextOrderId = () => String((orders += 1))
    const maps = { segments: new Map(), epochs: new Map(), orders: new Map() }
    const world: World = { sqlite, saleIds, nextOrderId, ...maps }
    while (await commit(world, { max: 1000 })); // what the run before left
    for (const step of list) {
      await run(world, step)
      await compare(world)
      steps += 1
    }
  })

  await checkProperty(context, property, { runs: RUNS, file: import.meta.filename })
  context.diagnostic(`${steps} steps`)
  assert(steps >= STEPS_MIN)
})
