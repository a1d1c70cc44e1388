// Decides what happens next. Every call of a port takes effect at one instant and is answered at a later
// one, both in virtual time and both drawn from the seed. In between it may get lost, be executed long
// after its caller gave up, be executed twice, or find its caller dead.
//
// Effects are atomic: nothing else happens while one is executed.

import { EngineError } from '../../src/domain/errors.ts'
import {
  type Agenda,
  type Call,
  type CallOutcome,
  newAgenda,
  NO_ANSWER,
  type Operation,
  type Process,
  unawaited,
} from './agenda.ts'
import type { Chance } from './chance.ts'

export interface Scheduler {
  nowMs(): number
  call<Answer>(process: Process, call: Call<Answer>): Promise<Answer>
  pause(process: Process, ms: number): Promise<void>
  after(ms: number, event: () => void): void
  crash(process: Process): void
  // From now on every call is answered soon, and executed once.
  calm(): void
  // Steps until `done`; false when that did not come within so many steps.
  run(done: () => boolean, stepsMax: number): Promise<boolean>
}

export interface SchedulerOptions {
  chance: Chance
  startMs: number
  observe: (call: string) => void // after every effect of a call of this name
  onBug: (error: unknown) => void // an effect threw what no port throws
  trace: ((line: string) => void) | undefined
}

interface State extends SchedulerOptions {
  agenda: Agenda
  nowMs: number
  isCalm: boolean
}

export const newScheduler = (options: SchedulerOptions): Scheduler => {
  const state = { ...options, agenda: newAgenda(), nowMs: options.startMs, isCalm: false }
  const { agenda, chance } = state
  return {
    nowMs: () => state.nowMs,
    call: <Answer>(process: Process, call: Call<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        const dueMs = state.nowMs + (state.isCalm ? 1 : delayMs(chance))
        const settle = { resolve: resolve as (answer: unknown) => void, reject }
        if (process.alive) agenda.add({ process, call, dueMs, outcome: NO_ANSWER, ...settle })
      }),
    pause: (process, ms) =>
      new Promise<void>((resolve) => {
        const dueMs = state.nowMs + ms
        const settle = { resolve: () => resolve(), reject: () => undefined }
        if (process.alive)
          agenda.add({ process, call: undefined, dueMs, outcome: NO_ANSWER, ...settle })
      }),
    after: (ms, event) => agenda.add(unawaited(eventCall(event), state.nowMs + ms)),
    crash: (process) => crash(state, process),
    calm() {
      state.isCalm = true
    },
    async run(done, stepsMax) {
      for (let steps = 0; steps < stepsMax; steps++) {
        if (done()) return true
        if (step(state)) await microtasks()
      }
      return done()
    },
  }
}

// Resolves when everybody who was resumed has come to the next call: Node turns to its ticks when no
// microtask is left.
const microtasks = () => new Promise<void>((resolve) => process.nextTick(resolve))

const eventCall = (effect: () => void): Call<void> => ({
  name: 'event',
  input: undefined,
  effect,
  failure: 'STOCK_UNREACHABLE',
  twice: false,
})

// True when somebody was resumed.
const step = (state: State): boolean => {
  const operation = state.agenda.takeFirst()
  const { call, dueMs } = operation
  const untilMs = call?.waits && !call.waits.ready() ? call.waits.untilMs : dueMs
  state.nowMs = Math.max(state.nowMs, dueMs, untilMs)
  if (call) takeEffect(state, operation, call)
  if (operation.dueMs <= state.nowMs) return answer(state, operation)
  state.agenda.add(operation)
  return false
}

const takeEffect = (state: State, operation: Operation, call: Call<unknown>) => {
  const { agenda, chance, isCalm, nowMs } = state
  const fate = operation.process && !isCalm ? fateOf(chance, call) : 'fine'
  if (fate !== 'fine') note(state, operation, `${call.name} is ${fate}`)
  const isLater = fate === 'lost' || fate === 'late'
  const outcome = isLater ? NO_ANSWER : execute(state, operation, call)
  if (fate === 'late' || fate === 'twice') agenda.add(unawaited(call, nowMs + straggleMs(chance)))
  const isFailure = isLater || fate === 'unknown'
  operation.call = undefined
  operation.outcome = isFailure ? { error: new EngineError(call.failure) } : outcome
  operation.dueMs = nowMs + (isCalm || chance.happens(0.5) ? 0 : delayMs(chance))
}

const execute = (state: State, operation: Operation, call: Call<unknown>): CallOutcome => {
  let outcome: CallOutcome
  try {
    outcome = { answer: call.effect() }
  } catch (cause) {
    if (!(cause instanceof EngineError)) state.onBug(cause)
    outcome = { error: new EngineError(call.failure, { cause }) }
  }
  note(state, operation, call.name, call.input, outcome)
  state.observe(call.name)
  return outcome
}

const answer = ({ agenda, nowMs }: State, operation: Operation): boolean => {
  const { process: caller, outcome } = operation
  if (caller?.alive && caller.pausedUntilMs > nowMs) {
    operation.dueMs = caller.pausedUntilMs
    agenda.add(operation)
    return false
  }
  if (!caller?.alive) return false
  if ('error' in outcome) operation.reject(outcome.error)
  else operation.resolve(outcome.answer)
  return true
}

// What a dead process has sent may still be executed.
const crash = ({ agenda, chance }: State, crashed: Process) => {
  crashed.alive = false
  agenda.sift(crashed, (operation) => {
    if (operation.call === undefined || chance.happens(0.5)) return false
    operation.process = undefined
    return true
  })
  for (const notice of crashed.onCrash) notice()
}

type Fate = 'lost' | 'unknown' | 'late' | 'twice' | 'fine'

const fateOf = (chance: Chance, call: Call<unknown>): Fate => {
  const lot = chance.below(1000)
  if (lot < 10) return 'lost'
  if (lot < 25) return 'unknown'
  if (lot < 40) return 'late'
  return lot < 70 && call.twice ? 'twice' : 'fine'
}

const delayMs = (chance: Chance): number => {
  const lot = chance.below(100)
  if (lot < 85) return 1 + chance.below(4)
  return lot < 97 ? 5 + chance.below(45) : longMs(chance)
}

// How long after its caller gave up, or heard the first answer, a call is executed.
const straggleMs = (chance: Chance): number =>
  chance.happens(0.5) ? 1 + chance.below(20) : longMs(chance)

const longMs = (chance: Chance): number => 50 + chance.below(500)

const note = (state: State, { process: caller }: Operation, ...words: unknown[]) => {
  if (state.trace === undefined) return
  const at = `${state.nowMs - state.startMs} ms  ${caller?.name ?? '(nobody)'}`
  state.trace([at, ...words.map(text)].join('  '))
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, plain) ?? '')

const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value]
  return value instanceof Error ? String(value) : value
}
