// Gives units back: of orders that were not paid in time, and of releases that a crash or a rebuild left.
// Each place where orders are kept has a loop of its own, so that one that is down or silent keeps no unit
// of another from being sold again; what home knows already is no place's, and has its own as well.

import { expireOrders } from '../flows/orders/expire.ts'
import { finishReleases } from '../flows/orders/finish-releases.ts'
import { finishTasks } from '../flows/orders/finish-tasks.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface ReleaserOptions {
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>
  everyMs: number
  seen: ReleaserSeen
  failed: (name: string) => LoopOptions['failed']
}

export interface ReleaserSeen {
  expired: (orders: number) => void
  tasksOpen: (tasks: number) => void // now
}

const PAGE = 500
const NAME = 'release'

export const releaser = (options: ReleaserOptions): Loop[] => {
  const { ports, everyMs: idleMs, failed } = options
  const start = (name: string, step: () => Promise<boolean>) =>
    startLoop({ name, step, idleMs, clock: ports.clock, failed: failed(name) })
  const { places } = ports.orders
  return [
    start('tasks', () => tasksStep(options)),
    ...(places
      ? places.names.map((place) => start(`${NAME} ${place}`, () => releaseStep(options, place)))
      : [start(NAME, () => releaseStep(options))]),
  ]
}

const tasksStep = async ({ ports, seen }: ReleaserOptions) => {
  const { open } = await finishTasks(ports, { page: PAGE })
  seen.tasksOpen(open)
  return false
}

// Where orders cannot be expired, those that were released before are given back nevertheless.
const releaseStep = async ({ ports, seen }: ReleaserOptions, place?: string) => {
  const expiring = expireOrders(ports, { limit: PAGE, place })
  await expiring.catch(() => undefined)
  const { finished } = await finishReleases(ports, { limit: PAGE, place })
  const { expired } = await expiring
  seen.expired(expired)
  return finished === PAGE || expired === PAGE
}
