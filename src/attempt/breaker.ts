// Keeps attempts away from what does not answer, so that buyers are told at once instead of after a wait.
//
//   closed ── enough of the last second failed ──► open ── its time is over, somebody asks ──► half-open
//     ▲                                             ▲                                             │
//     │                                             └───── one call failed: for twice as long ────┤
//     └──────────────────────── one call was answered ────────────────────────────────────────────┘
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

// Specification, section 7.
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

type State =
  | { is: 'closed'; recent: Result[]; passed: number; failed: number } // of the last window
  | { is: 'open'; untilMs: number; openMs: number }
  | { is: 'half-open'; sinceMs: number; admitted: number; openMs: number }

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
      if (state.is === 'open') {
        if (atMs < state.untilMs) return false
        state = { is: 'half-open', sinceMs: atMs, admitted: 0, openMs: state.openMs }
      }
      // Those before may have asked for nothing that would have told whether it works again.
      if (atMs >= state.sinceMs + terms.windowMs)
        Object.assign(state, { sinceMs: atMs, admitted: 0 })
      state.admitted += 1
      return state.admitted <= terms.probesMax
    },

    isOpen: () => state.is === 'open' && nowMs() < state.untilMs,

    async call(attempts, ask) {
      const began = state
      if (began.is === 'open') throw new EngineError('NOT_SENT')
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

// Whether so many of the last window failed, the latest among them.
const haveFailed = (
  state: Extract<State, { is: 'closed' }>,
  result: Result,
  { windowMs, attemptsMin, failedShare }: BreakerTerms,
): boolean => {
  state.recent.push(result)
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

export type Breakers = ReturnType<typeof breakers>
