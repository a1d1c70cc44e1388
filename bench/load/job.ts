// What the generator is asked for and what it reports. Requests are built before they are needed, so
// that nothing but sending and reading happens while the clock runs.

import type { OpenLoop } from './open-loop/open-loop.ts'

export type Job = BuildJob | LoadJob | OpenLoopJob

// Prepares one attempt of every buyer of a range, in a mixed order, under a name.
export interface BuildJob {
  job: 'build'
  crowd: string
  saleId: string
  otherSales?: string[] // each attempt is of one of all, the first by far the most often: see zipf.ts
  signingSecret: string
  buyers: Buyers
  // Each `every`th attempt is another one by somebody from this range, in turn.
  between?: { buyers: Buyers; every: number }
}

export interface Buyers {
  first: number // buyer id
  count: number
}

// Sends `count` attempts of a crowd, from the one at `from` on and round again, one at a time on each
// connection.
export interface LoadJob {
  job: 'load'
  crowd: string
  port: number
  from: number
  count: number
  connections: number
}

// Sends attempts of a crowd when they are planned, and lets who is told so come again.
export interface OpenLoopJob extends Omit<OpenLoop, 'requests'> {
  job: 'open-loop'
  crowd: string
}

export interface LoadReport {
  startedAtMs: number // first attempt sent, epoch milliseconds with fractions
  endedAtMs: number // last answer read
  statuses: Record<string, number> // answers by status
  busyShare: number // of the time between, with something to send and read
}
