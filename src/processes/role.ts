// What a running role shows to whoever started it.

import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { ProcessFigures } from '../domain/figures.ts'
import { failedPlace } from '../domain/errors.ts'
import type { Door } from '../gateway/door.ts'
import type { Metrics } from '../gateway/metrics.ts'
import type { Ports } from '../ports/ports.ts'
import type { Loop, LoopOptions } from '../workers/loop.ts'
import type { Credentials } from './credentials.ts'
import type { Traces } from './traced.ts'

// What every role is started with.
export interface RoleOptions {
  config: Config
  holder: string // this process, for leases
  log: Logger
  metrics: Metrics
  ports: Ports
  traces?: Traces | undefined // undefined: nobody collects any
}

// What speaks HTTP for the process is started with.
export interface FrontOptions extends RoleOptions {
  credentials: Credentials
  door: Door // is closed when the role stops
  figures: () => ProcessFigures // of this process
  version: string
  unready: () => string[] // of everything that runs in this process
}

export interface Role {
  unready(): string[] // what does not work now; empty when all is well
  stop(): Promise<void>
}

// Those that do not work now. One that only waits for a place of orders is a warning: what lies elsewhere
// goes on, and home is asked by itself.
export const failing = (loops: Loop[]): string[] =>
  loops
    .filter((loop) => loop.failures() > 0 && failedPlace(loop.failure()) === undefined)
    .map(({ name }) => name)

// A loop that fails is logged the first time and then at every doubling, not at every turn.
export const logFailures =
  ({ log, metrics }: RoleOptions, loop: string): LoopOptions['failed'] =>
  (error, failures) => {
    metrics.failed(loop)
    const level = failedPlace(error) === undefined ? 'error' : 'warn'
    if (Number.isInteger(Math.log2(failures)))
      log[level]({ err: error, loop, failures }, 'loop failed')
  }
