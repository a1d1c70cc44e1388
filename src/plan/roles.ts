// How many machines each role needs: its work in cores, the share that is kept free, and as many zones as
// may be lost. Pure arithmetic; what a figure is worth says figures.ts.

import type { Figures } from './figures.ts'

export interface PlannedSale {
  attemptsPerSecond: number // at the busiest
  forMs: number // for so long
  buyers: number // who attempt
  units: number
}

export interface Terms {
  headroom: number // share of every core that is kept free
  zones: number
  zonesLost: number // of them, without anything else being needed
  edgeCores: number // of a machine
  gatewayCores: number
  kafkaCores: number
  acceptWithinMs: number // until all units are promised
  recordWithinMs: number // until all orders are in the database
}

export interface Role {
  role: 'edge' | 'gateway' | 'redis' | 'kafka' | 'database' | 'worker'
  what: string
  count: number // machines, or processes of workers
  perZone: number
  coresEach: number
  coresBusy: number // with everything there
  busy: number // the share of its cores, of a database: of the rate of one
  busyWithZonesLost: number
  spare: number // of count: they only wait, as replicas and standbys
}

// Whatever is kept is kept so often: of a Kafka topic, and as the least that agrees by majority.
export const COPIES = 3
// Of a Redis primary and of a database: itself, and one that takes its place.
export const PAIR = 2

// Orders are recorded by one server at the rate that one was measured at; nothing here says what more cores give.
const MEASURED_DATABASE_CORES = 2

export const ordersPerSecond = (sale: PlannedSale, withinMs: number): number =>
  Math.min(sale.attemptsPerSecond, (sale.units / withinMs) * 1000)

export const rolesOf = (of: { sale: PlannedSale; terms: Terms; figures: Figures }): Role[] => {
  const { sale, terms, figures } = of
  const value = (name: keyof Figures) => figures[name].value
  const { attemptsPerSecond: attempts } = sale
  const accepted = ordersPerSecond(sale, terms.acceptWithinMs)
  const recorded = ordersPerSecond(sale, terms.recordWithinMs)
  const decided = attempts / value('redisRefusedPerCore') + accepted / value('redisAcceptedPerCore')
  return [
    spread(terms, {
      role: 'edge',
      what: 'nginx',
      coresEach: terms.edgeCores,
      coresBusy: attempts / value('edgeAttemptsPerCore'),
    }),
    spread(terms, {
      role: 'gateway',
      what: `machines of ${terms.gatewayCores} processes`,
      coresEach: terms.gatewayCores,
      coresBusy: attempts / value('gatewayAskedPerCore') + accepted / value('gatewayOrdersPerCore'),
      coresMin: attempts / value('gatewaySustainedPerCore'),
    }),
    pairs(terms, { role: 'redis', what: 'primaries, and a replica each', coresBusy: decided }),
    spread(terms, {
      role: 'kafka',
      what: 'brokers',
      coresEach: terms.kafkaCores,
      coresBusy: (accepted * COPIES) / value('kafkaOrdersPerCore'),
      countMin: COPIES,
    }),
    pairs(terms, {
      role: 'database',
      what: 'primaries of MySQL, and a standby each',
      coresBusy: recorded / value('databaseOrdersPerServer'),
    }),
    spread(terms, {
      role: 'worker',
      what: 'processes of order workers; beside each a keeper',
      coresEach: 1,
      coresBusy: recorded / value('workerOrdersPerProcess'),
    }),
  ]
}

interface Work extends Pick<Role, 'role' | 'what' | 'coresBusy' | 'coresEach'> {
  coresMin?: number // whatever is free
  countMin?: number
}

// Any of them does any work: what is left when zones are lost must do all of it.
const spread = (terms: Terms, work: Work): Role => {
  const { headroom, zones, zonesLost } = terms
  const { role, what, coresBusy, coresEach, coresMin = 0, countMin = 1 } = work
  const cores = Math.max(coresBusy / (1 - headroom), coresMin)
  const perZone = Math.max(
    Math.ceil(Math.ceil(cores / coresEach) / (zones - zonesLost)),
    Math.ceil(countMin / zones),
  )
  const count = perZone * zones
  const busyOf = (machines: number) => coresBusy / (machines * coresEach)
  const busyWithZonesLost = busyOf(perZone * (zones - zonesLost))
  const busy = busyOf(count)
  return { role, what, count, perZone, coresEach, coresBusy, busy, busyWithZonesLost, spare: 0 }
}

// Each has its own part of what is kept, and one that takes its place, in another zone. One core does
// the work; Redis elects by majority.
const pairs = (
  terms: Terms,
  { role, what, coresBusy }: Pick<Role, 'role' | 'what' | 'coresBusy'>,
): Role => {
  const needed = Math.max(1, Math.ceil(coresBusy / (1 - terms.headroom)))
  const primaries = role === 'redis' ? Math.max(COPIES, needed) : needed
  const busy = coresBusy / primaries
  const count = primaries * PAIR
  return {
    role,
    what,
    count,
    perZone: Math.ceil(count / terms.zones),
    coresEach: role === 'redis' ? 1 : MEASURED_DATABASE_CORES,
    coresBusy,
    busy,
    busyWithZonesLost: busy,
    spare: primaries,
  }
}
