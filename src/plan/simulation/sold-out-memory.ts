// The sold-out memory of a gateway in the model, by the rules of src/attempt/sold-out-memory.ts: it lasts for
// 200 ms from the sending of the call that read nothing left, and only while the winners it has loaded are
// those of that reading. They are loaded once in five seconds at most.

import type { Funnel } from './funnel.ts'
import type { Decided } from './stock.ts'

const MEMORY_MS = 200
const LOAD_EVERY_MS = 5000
const PAGE = 1000 // winners a call

export const soldOutMemory = ({
  units,
  winnersMax,
  redis,
}: Pick<Funnel, 'units' | 'winnersMax' | 'redis'>) => {
  const loadMs = Math.ceil(units / PAGE) * (redis.networkMs + redis.callMs)
  let untilMs = -Infinity
  let version = -1
  let loadedAtMs = -Infinity
  let winners = { version: -1, fromMs: Infinity }
  return {
    recalls: (nowMs: number): boolean =>
      nowMs < untilMs && winners.version === version && nowMs >= winners.fromMs,
    note(decided: Decided, nowMs: number): void {
      if (decided.left > 0 || decided.taken === decided.count || decided.version < version) return
      version = decided.version
      untilMs = decided.sentAtMs + MEMORY_MS
      if (winners.version === version || nowMs < loadedAtMs + LOAD_EVERY_MS) return
      loadedAtMs = nowMs
      // What changes while they are read makes the reading worthless; then versions differ from then on.
      if (units <= winnersMax) winners = { version, fromMs: nowMs + loadMs }
    },
  }
}
