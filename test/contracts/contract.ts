// A contract is a list of claims about a port that every adapter of it must keep. Each claim gets an
// adapter of its own; one that an adapter cannot keep yet is skipped by name and with a reason.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

export interface ContractOptions<Setup extends AsyncDisposable> {
  make: () => Promise<Setup>
  skip?: { test: string; reason: string }[]
  missing?: string | false // why the adapter's server is not there
}

export type Claims<Setup> = Record<string, (setup: Setup) => Promise<void>>

export const contract = <Setup extends AsyncDisposable>(
  name: string,
  { make, skip = [], missing = false }: ContractOptions<Setup>,
  claims: Claims<Setup>,
): void => {
  const reasons = new Map(skip.map((one) => [one.test, one.reason]))
  for (const claim of reasons.keys()) assert(claim in claims, `no such claim: ${claim}`)
  suite(name, () => {
    for (const [claim, check] of Object.entries(claims))
      test(claim, { skip: missing || (reasons.get(claim) ?? false) }, async () => {
        await using setup = await make()
        await check(setup)
      })
  })
}

// The time an adapter lives by. `pass` moves it where it can be moved, and waits where it cannot.
export interface TestTime {
  nowMs(): number
  pass(ms: number): Promise<void>
}

// Asks again until the answer is there; a test never waits for a fixed time.
export const until = async <Answer>(
  ask: () => Promise<Answer | undefined>,
  timeoutMs = 2000,
): Promise<Answer> => {
  const untilMs = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    assert(performance.now() < untilMs, 'what was waited for did not come')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
