// The Redis stock engine beside the pure model of domain/stock.ts, on one primary and on a cluster, with
// every strategy. Redis's clock is real: a step is only held against the model when nothing matures,
// starts or ends while it is done, so that the comparison is exact.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { makeRedis, type RedisSetup } from '../adapters/redis-setup.ts'
import { needsRedis, sharedCluster, sharedRedis } from '../support/needs-redis.ts'
import { moveALittle, redisBeside, redisTimeMs } from './redis-beside.ts'
import { checkProperty } from './replay.ts'
import { type StockStep, stockSteps } from './stock-steps.ts'
import { compare, run, type World, worldOf } from './stock-world.ts'

const LAYOUTS = [
  { strategy: 'counter', segments: 1 },
  { strategy: 'segmented', segments: 3 },
  { strategy: 'tokens', segments: 1 },
] as const

// So many worlds live at once, because most of their time is waiting for the clock.
const WORLDS = 12
const STEPS_MAX = 60
const RUNS = 4
const STEPS_MIN = 50 // of each, on however slow a machine: a step that took too long ends its world

// A step takes less than this, or is held against nothing.
const STEP_MS = 25

interface Span {
  fromMs: number
  toMs: number
}

// When something changes by itself. What came back in a step did so within the time the step took.
const turns = ({ segments }: World, stepMs: number): Span[] =>
  [...segments.values()].flatMap(({ copy, returning }) => [
    ...returning.map(({ sellableAtMs: fromMs }) => ({ fromMs, toMs: fromMs + stepMs })),
    ...[copy?.startsAtMs, copy?.endsAtMs].flatMap((at) => (at ? { fromMs: at, toMs: at } : [])),
  ])

// Waits until nothing turns for a while. Returns Redis's time then.
const settle = async (setup: RedisSetup, world: World, stepMs: number): Promise<number> => {
  for (;;) {
    const nowMs = await redisTimeMs(setup)
    const near = turns(world, stepMs).filter(
      ({ fromMs, toMs }) => fromMs <= nowMs + STEP_MS && toMs >= nowMs,
    )
    if (near.length === 0) return nowMs
    await sleep(Math.max(...near.map(({ toMs }) => toMs)) - nowMs + 1)
  }
}

// Units are on their way now and then, and some get stuck there; the model does not know of segments.
const wander = async (setup: RedisSetup, world: World, step: StockStep) => {
  const { segments } = setup.layout
  if (segments === 1 || step.do !== 'reserve') return
  const from = Number(step.attempts[0]!.buyer) % segments
  const to = (from + 1) % segments
  const calls = Number(world.nextOrderId()) % (MOVE_CALLS + 1)
  await moveALittle(setup, { saleId: world.saleIds[step.sale]!, from, to, units: 1, calls })
}

const MOVE_CALLS = 3 // take, give, done

// How many steps were held against the model. It ends early when one took too long.
const live = async (setup: RedisSetup, world: World, steps: StockStep[]): Promise<number> => {
  let longestMs = 1
  for (const [done, step] of steps.entries()) {
    if (step.do === 'pass') {
      await sleep(step.ms)
      continue
    }
    world.nowMs = await settle(setup, world, longestMs)
    const before = turns(world, longestMs)
    const failure = await attempt(setup, world, step)
    const endMs = await redisTimeMs(setup)
    longestMs = Math.max(longestMs, endMs - world.nowMs)
    const all = [...before, ...turns(world, longestMs)]
    if (all.some(({ fromMs, toMs }) => fromMs <= endMs && toMs >= world.nowMs)) return done
    if (failure !== undefined) throw failure
  }
  return steps.length
}

const attempt = async (
  setup: RedisSetup,
  world: World,
  step: StockStep,
): Promise<Error | undefined> => {
  try {
    await wander(setup, world, step)
    await run(world, step)
    await compare(world)
    return undefined
  } catch (error) {
    return error as Error
  }
}

suite(
  'a Redis stock engine answers and reads as the model does',
  { ...needsRedis(), concurrency: true },
  () => {
    for (const [name, shared] of Object.entries({ redis: sharedRedis, cluster: sharedCluster }))
      for (const layout of LAYOUTS)
        test(`${name}, ${layout.strategy}`, async (context) => {
          await using setup = await makeRedis(await shared(), layout)
          let [runs, orders, steps] = [0, 0, 0]
          const nextOrderId = () => String((orders += 1))
          const lists = fc.array(stockSteps(STEPS_MAX), { minLength: WORLDS, maxLength: WORLDS })
          const property = fc.asyncProperty(lists, async (all) => {
            const lives = all.map((list) => {
              const world = worldOf(redisBeside(setup), { run: (runs += 1), nextOrderId })
              return live(setup, world, list)
            })
            for (const done of await Promise.all(lives)) steps += done
          })
          await checkProperty(context, property, {
            runs: RUNS,
            file: import.meta.filename,
            shrinks: false,
          })
          context.diagnostic(`${steps} steps`)
          assert(steps >= STEPS_MIN)
        })
  },
)
