// Keeps attempts away from what does not answer, so that buyers are told at once instead of after a wait.
//
//   closed ── enough of the last second failed ──► open ── its time is over, somebody asks ──► half-open
//     ▲                                             ▲                                             │
//     │                                             └───── one call failed: for twice as long ────┤
//     └──────────── one call was answered, or nobody let through has asked in a whole window ──────┘
//
// Counted are attempts, not calls: one call carries many. A refusal is an answer. What a call that began in
// an earlier state brings back is not looked at.

import { EngineError } from '../domain/errors.ts'

export interface BreakerTerms {
  windowMs: number
  attemptsMin: number // in a window, before it opens
  failedShare: number // of them
  openMs: number // at first
  openMsMax: number
  probesMax: number // attempts in a window while it is half open
}

// Why these: docs/decisions/0023.
export const BREAKER_TERMS: BreakerTerms = {
  windowMs: 1000,
  attemptsMin: 10,
  failedShare: 0.6,
  openMs: 1000,
  openMsMax: 8000,
  probesMax: 100,
}

export interface Breaker {
  admits(): boolean // one attempt; while half open it is one of the few
  isOpen(): boolean
  // Rejects as the call does, and with NOT_SENT when it is open by now.
  call<Answer>(attempts: number, ask: () => Promise<Answer>): Promise<Answer>
}

type State = Closed | Open | HalfOpen

interface Closed {
  is: 'closed'
  recent: Result[] // of the last window, to a twentieth of it
  passed: number
  failed: number
}

interface Open {
  is: 'open'
  untilMs: number
  openMs: number
}

interface HalfOpen {
  is: 'half-open'
  sinceMs: number
  admitted: number
  callsOut: number // that began in it
  openMs: number
}

interface Result {
  atMs: number
  passed: number
  failed: number
}

// `nowMs` is of a clock that is never put back.
export const breaker = (nowMs: () => number, terms = BREAKER_TERMS): Breaker => {
  let state: State = closed()

  const note = (began: State, attempts: { passed: number; failed: number }) => {
    if (state === began) state = stateAfter(state, { atMs: nowMs(), ...attempts }, terms)
  }

  return {
    admits() {
      if (state.is === 'closed') return true
      const atMs = nowMs()
      if (state.is === 'open' && atMs >= state.untilMs) state = halfOpen(state, atMs)
      if (state.is === 'half-open' && atMs >= state.sinceMs + terms.windowMs)
        state = renewed(state, atMs)
      if (state.is !== 'half-open') return state.is === 'closed'
      state.admitted += 1
      return state.admitted <= terms.probesMax
    },

    isOpen: () => state.is === 'open' && nowMs() < state.untilMs,

    async call(attempts, ask) {
      const began = state
      if (began.is === 'open') throw new EngineError('NOT_SENT')
      if (began.is === 'half-open') began.callsOut += 1
      try {
        const answer = await ask()
        note(began, { passed: attempts, failed: 0 })
        return answer
      } catch (error) {
        note(began, { passed: 0, failed: attempts })
        throw error
      }
    },
  }
}

const halfOpen = ({ openMs }: Open, atMs: number): HalfOpen => {
  return { is: 'half-open', sinceMs: atMs, admitted: 0, callsOut: 0, openMs }
}

// Nobody let through had anything to ask: they must not be the only ones for ever. While one asks, so many
// more are let through; it stays the same state, so that what the call brings back counts.
const renewed = (state: HalfOpen, atMs: number): State =>
  state.callsOut === 0 ? closed() : Object.assign(state, { sinceMs: atMs, admitted: 0 })

const stateAfter = (state: State, result: Result, terms: BreakerTerms): State => {
  const openFor = (openMs: number): State => {
    return { is: 'open', untilMs: result.atMs + openMs, openMs }
  }
  switch (state.is) {
    case 'closed':
      return haveFailed(state, result, terms) ? openFor(terms.openMs) : state
    case 'half-open':
      return result.failed > 0 ? openFor(Math.min(2 * state.openMs, terms.openMsMax)) : closed()
    case 'open':
      return state
  }
}

const closed = (): State => ({ is: 'closed', recent: [], passed: 0, failed: 0 })

// Of a window: results of the same part of it are one, so that a sale that nobody asks about any more keeps few.
const PARTS = 20

// Whether so many of the last window failed, the latest among them.
const haveFailed = (
  state: Closed,
  result: Result,
  { windowMs, attemptsMin, failedShare }: BreakerTerms,
): boolean => {
  const latest = state.recent.at(-1)
  if (latest && result.atMs < latest.atMs + windowMs / PARTS) {
    latest.passed += result.passed
    latest.failed += result.failed
  } else state.recent.push(result)
  state.passed += result.passed
  state.failed += result.failed
  while (state.recent[0]!.atMs <= result.atMs - windowMs) {
    const { passed, failed } = state.recent.shift()!
    state.passed -= passed
    state.failed -= failed
  }
  const attempts = state.passed + state.failed
  return attempts >= attemptsMin && state.failed >= failedShare * attempts
}

// The breakers around one kind of thing (each segment of the engine has its own), and how many are open.
export const breakers = (nowMs: () => number, terms = BREAKER_TERMS) => {
  const made = new Set<WeakRef<Breaker>>()
  return {
    make(): Breaker {
      const one = breaker(nowMs, terms)
      made.add(new WeakRef(one))
      return one
    },
    open(): number {
      let open = 0
      for (const reference of made) {
        const one = reference.deref()
        if (one === undefined) made.delete(reference)
        else if (one.isOpen()) open += 1
      }
      return open
    },
  }
}
