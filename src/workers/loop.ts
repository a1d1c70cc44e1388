// A flow, again and again. A step that found something is repeated at once, one that found nothing
// rests; one that failed is tried again after a growing pause, without end. Stopping waits for the
// step that is running.

import type { Clock } from '../ports/clock.ts'

export interface LoopOptions {
  name: string
  step: (signal: AbortSignal) => Promise<boolean> // true: there may be more at once
  idleMs: number
  clock: Clock
  failed: (error: unknown, failures: number) => void
}

export interface Loop {
  name: string
  turned: Promise<void> // the first step has been tried
  failures(): number // in a row; 0 while all is well
  failure(): unknown // the last of them
  stop(): Promise<void>
}

const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 1000 // what the keeper sees within a second it sees after a failure as well

export const startLoop = ({ name, step, idleMs, clock, failed }: LoopOptions): Loop => {
  const stopping = new AbortController()
  const turned = Promise.withResolvers<void>()
  let failures = 0
  let failure: unknown

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        const found = await step(stopping.signal)
        failures = 0
        failure = undefined
        turned.resolve()
        if (!found) await clock.pause(idleMs, stopping.signal)
      } catch (error) {
        failures += 1
        failure = error
        failed(error, failures)
        turned.resolve()
        await clock.pause(retryMs(failures), stopping.signal)
      }
    }
  }

  const running = run()
  return {
    name,
    turned: turned.promise,
    failures: () => failures,
    failure: () => failure,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const retryMs = (failures: number) => Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (failures - 1))
