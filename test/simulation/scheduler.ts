// Decides what happens next. Every call of a port is an operation: it takes effect at one instant and
// is answered at a later one, both in virtual time and both drawn from the seed. In between it may get
// lost, be executed long after its caller gave up, be executed twice, or find its caller dead.
//
// Effects are atomic: nothing else happens while one is executed.

import { EngineError, type FailureCode } from '../../src/domain/errors.ts'
import type { Chance } from './chance.ts'

// Whatever stops as a whole: a gateway, a worker, a keeper. A dead one is never resumed.
export interface Process {
  id: number
  role: string
  name: string
  alive: boolean
  pausedUntilMs: number
  onCrash: (() => void)[]
}

export interface Call<Answer> {
  name: string
  input: unknown
  effect: () => Answer
  failure: FailureCode
  twice: boolean // the network may execute it a second time, much later
  waits?: { untilMs: number; ready: () => boolean } // it takes effect when ready, or then
}

export interface Scheduler {
  nowMs(): number
  call<Answer>(process: Process, call: Call<Answer>): Promise<Answer>
  pause(process: Process, ms: number): Promise<void>
  after(ms: number, event: () => void): void
  crash(process: Process): void
  // From now on every call is answered soon, and once.
  calm(): void
  // Steps until `done`; false when that did not happen within so many steps.
  run(done: () => boolean, stepsMax: number): Promise<boolean>
}

export interface SchedulerOptions {
  chance: Chance
  startMs: number
  observe: () => void // after every effect
  onBug: (error: unknown) => void // an effect threw what no port throws
  trace: ((line: string) => void) | undefined
}

type Outcome = { answer: unknown } | { error: EngineError }

interface Operation {
  process: Process | undefined // undefined: nobody waits for the answer
  call: Call<unknown> | undefined // undefined: it has taken effect
  dueMs: number
  outcome: Outcome
  resolve: (answer: unknown) => void
  reject: (error: EngineError) => void
}

type Fate = 'lost' | 'unknown' | 'late' | 'twice' | 'fine'

const NOBODY = () => undefined
const NO_ANSWER = { answer: undefined }

export const scheduler = (options: SchedulerOptions): Scheduler => {
  const { chance, trace } = options
  const operations: Operation[] = []
  let nowMs = options.startMs
  let calm = false

  const add = (operation: Partial<Operation> & { dueMs: number }) =>
    operations.push({
      process: undefined,
      call: undefined,
      outcome: NO_ANSWER,
      resolve: NOBODY,
      reject: NOBODY,
      ...operation,
    })

  const remove = (operation: Operation) => {
    const last = operations.pop()!
    if (last !== operation) operations[operations.indexOf(operation)] = last
  }

  const note = (operation: Operation, what: string, value?: unknown) =>
    trace?.(`${nowMs - options.startMs} ${operation.process?.name ?? '-'} ${what} ${text(value)}`)

  const execute = (operation: Operation, call: Call<unknown>): Outcome => {
    let outcome: Outcome
    try {
      outcome = { answer: call.effect() }
    } catch (error) {
      if (!(error instanceof EngineError)) options.onBug(error)
      outcome = { error: new EngineError(call.failure, { cause: error }) }
    }
    if (trace) note(operation, `${call.name} ${text(call.input)} →`, outcome)
    options.observe()
    return outcome
  }

  const takeEffect = (operation: Operation, call: Call<unknown>) => {
    const fate = operation.process && !calm ? fateOf(chance, call) : 'fine'
    if (fate !== 'fine') note(operation, call.name, fate)
    const outcome = fate === 'lost' || fate === 'late' ? NO_ANSWER : execute(operation, call)
    if (fate === 'late' || fate === 'twice') add({ call, dueMs: nowMs + straggleMs(chance) })
    const failed = fate === 'lost' || fate === 'late' || fate === 'unknown'
    operation.call = undefined
    operation.outcome = failed ? { error: new EngineError(call.failure) } : outcome
    operation.dueMs = nowMs + (calm || chance.happens(0.5) ? 0 : delayMs(chance))
  }

  // True when somebody was resumed.
  const answer = (operation: Operation): boolean => {
    const { process, outcome } = operation
    if (process?.alive && process.pausedUntilMs > nowMs) {
      operation.dueMs = process.pausedUntilMs
      return false
    }
    remove(operation)
    if (!process?.alive) return false
    if ('error' in outcome) operation.reject(outcome.error)
    else operation.resolve(outcome.answer)
    return true
  }

  const step = (): boolean => {
    const operation = earliest(operations)
    nowMs = Math.max(nowMs, dueOf(operation))
    if (operation.call) takeEffect(operation, operation.call)
    return operation.dueMs <= nowMs ? answer(operation) : false
  }

  const crash = (process: Process) => {
    process.alive = false
    for (const operation of operations.filter((one) => one.process === process)) {
      if (operation.call === undefined || chance.happens(0.5)) remove(operation)
      else operation.process = undefined
    }
    for (const crashed of process.onCrash) crashed()
  }

  return {
    nowMs: () => nowMs,
    call: <Answer>(process: Process, call: Call<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        const dueMs = nowMs + (calm ? 1 : delayMs(chance))
        const settle = { resolve: resolve as (answer: unknown) => void, reject }
        if (process.alive) add({ process, call, dueMs, ...settle })
      }),
    pause: (process, ms) =>
      new Promise<void>((resolve) => add({ process, dueMs: nowMs + ms, resolve: () => resolve() })),
    after: (ms, event) => add({ call: eventCall(event), dueMs: nowMs + ms }),
    crash,
    calm() {
      calm = true
    },
    async run(done, stepsMax) {
      for (let steps = 0; steps < stepsMax; steps++) {
        if (done()) return true
        if (step()) await microtasks()
      }
      return done()
    },
  }
}

const eventCall = (effect: () => void): Call<void> => ({
  name: 'event',
  input: undefined,
  effect,
  failure: 'STOCK_UNREACHABLE',
  twice: false,
})

const fateOf = (chance: Chance, call: Call<unknown>): Fate => {
  const lot = chance.below(1000)
  if (lot < 10) return 'lost'
  if (lot < 25) return 'unknown'
  if (lot < 40) return 'late'
  return lot < 50 && call.twice ? 'twice' : 'fine'
}

const delayMs = (chance: Chance): number => {
  const lot = chance.below(100)
  if (lot < 85) return 1 + chance.below(4)
  return lot < 97 ? 5 + chance.below(45) : longDelayMs(chance)
}

// How long after its caller gave up, or heard the first answer, a call may still be executed.
const straggleMs = (chance: Chance): number =>
  chance.happens(0.5) ? 1 + chance.below(20) : longDelayMs(chance)

const longDelayMs = (chance: Chance): number => 50 + chance.below(500)

const earliest = (operations: Operation[]): Operation => {
  let first = operations[0]!
  let firstMs = dueOf(first)
  for (let at = 1; at < operations.length; at++) {
    const dueMs = dueOf(operations[at]!)
    if (dueMs >= firstMs) continue
    first = operations[at]!
    firstMs = dueMs
  }
  return first
}

// An operation that waits for something is due when that is there, but not before its call arrived.
const dueOf = ({ call, dueMs }: Operation): number =>
  call?.waits && !call.waits.ready() ? Math.max(dueMs, call.waits.untilMs) : dueMs

// Resolves when everybody who was resumed has come to the next call: Node turns to its ticks when no
// microtask is left.
const microtasks = () => new Promise<void>((resolve) => process.nextTick(resolve))

const text = (value: unknown): string =>
  value === undefined ? '' : (JSON.stringify(value, plain) ?? String(value))

const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value]
  return value instanceof Error ? `${value.name}: ${value.message}` : value
}
