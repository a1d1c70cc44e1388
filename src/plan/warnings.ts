// Where a plan would not hold as the settings are, each with what to do about it. Nothing here changes the
// plan: it says what its reader has to set, or to give up.

import type { Figures } from './figures.ts'
import { COPIES, ordersPerSecond, type PlannedSale, type Role, type Terms } from './roles.ts'
import type { Rooms } from './rooms.ts'

// The settings that a plan can meet, as they are.
export interface Limits {
  salePerSecond: number
  globalPerSecond: number
  buyersMax: number // whose window a gateway keeps
  winnersMax: number // whom a sold-out memory holds
  challengeAfter: number // decided attempts of a buyer in a minute; 0: never
  connectionsMax: number // of a gateway
  partitions: number
  segments: number // of the sale
}

export interface Warning {
  about: string
  text: string
}

export interface Planned {
  sale: PlannedSale
  terms: Terms
  limits: Limits
  figures: Figures
  roles: Role[]
  rooms: Rooms
}

export const warningsOf = (planned: Planned): Warning[] =>
  [
    saleLimit,
    globalLimit,
    segments,
    winners,
    challenges,
    buyersKept,
    connections,
    home,
    partitions,
    nodes,
    zones,
    lostPrimary,
  ].flatMap((one) => one(planned) ?? [])

type Check = (planned: Planned) => Warning | undefined

const whole = (value: number) => Math.ceil(value).toLocaleString('en')

const saleLimit: Check = ({ sale, limits }) => {
  if (sale.attemptsPerSecond <= limits.salePerSecond) return undefined
  const waitS = sale.buyers / limits.salePerSecond
  return {
    about: 'limit of the sale',
    text:
      `a sale takes ${whole(limits.salePerSecond)} attempts a second, and whoever is beyond it is told to come again: ` +
      `${whole(sale.buyers)} buyers are through after ${whole(waitS)} s at best. ` +
      `Give the sale limits.attemptsPerSecond ${whole(sale.attemptsPerSecond)}, or set SECKILL_SALE_PER_SECOND.`,
  }
}

const globalLimit: Check = ({ sale, limits }) => {
  if (sale.attemptsPerSecond <= limits.globalPerSecond) return undefined
  return {
    about: 'limit of all sales',
    text: `set SECKILL_GLOBAL_PER_SECOND to ${whole(sale.attemptsPerSecond)} at least; it is ${whole(limits.globalPerSecond)}.`,
  }
}

// So many primaries must decide one sale.
export const segmentsNeeded = (roles: Role[], { headroom }: Terms): number =>
  Math.ceil(roles.find(({ role }) => role === 'redis')!.coresBusy / (1 - headroom))

const segments: Check = ({ roles, limits, terms }) => {
  const needed = segmentsNeeded(roles, terms)
  if (needed <= limits.segments) return undefined
  const now = limits.segments === 1 ? 'one segment' : `${limits.segments} segments`
  return {
    about: 'segments',
    text:
      `a sale in ${now} is decided by no more primaries, and it needs ${needed}: ` +
      `make it with --strategy segmented --segments ${needed} or more (and plan it with --segments).`,
  }
}

const winners: Check = ({ sale, limits }) => {
  if (sale.units <= limits.winnersMax) return undefined
  return {
    about: 'sold-out memory',
    text:
      `${whole(sale.units)} winners are more than a gateway remembers (${whole(limits.winnersMax)}), so each attempt is decided by Redis, ` +
      `sold out or not: the plan is made for that. SECKILL_WINNERS_MAX ${whole(sale.units)} spares it.`,
  }
}

const MINUTE_MS = 60_000

const challenges: Check = ({ sale, limits }) => {
  const inAll = (sale.attemptsPerSecond * Math.min(sale.forMs, MINUTE_MS)) / 1000 / sale.buyers
  if (limits.challengeAfter === 0 || inAll <= limits.challengeAfter) return undefined
  return {
    about: 'challenges',
    text:
      `so many attempts are ${inAll.toFixed(1)} of each buyer in a minute, and after ${limits.challengeAfter} he is asked for a challenge: ` +
      `tell buyers to click less, or set SECKILL_CHALLENGE_AFTER.`,
  }
}

const gatewaysLeft = ({ roles, terms }: Pick<Planned, 'roles' | 'terms'>) => {
  const { perZone, coresEach } = roles.find(({ role }) => role === 'gateway')!
  return perZone * (terms.zones - terms.zonesLost) * coresEach
}

const buyersKept: Check = ({ sale, limits, roles, terms }) => {
  const each = sale.buyers / gatewaysLeft({ roles, terms })
  if (each <= limits.buyersMax) return undefined
  return {
    about: 'windows of buyers',
    text: `${whole(each)} buyers come to each gateway, and it counts ${whole(limits.buyersMax)}: set SECKILL_BUYERS_MAX.`,
  }
}

// As deploy/nginx has it.
const WORKER_CONNECTIONS = 16_384

const connections: Check = ({ rooms, terms }) => {
  const { edgeConnectionsPerCore: all } = rooms
  const most = (all * terms.zones) / (terms.zones - terms.zonesLost)
  if (most <= WORKER_CONNECTIONS) return undefined
  return {
    about: 'connections of the edge',
    text:
      `if every buyer keeps one, an nginx worker has ${whole(most)}: raise worker_connections (${whole(WORKER_CONNECTIONS)}) and twice ` +
      `as high worker_rlimit_nofile, or shorten keepalive_timeout.`,
  }
}

const home: Check = ({ sale, terms, figures }) => {
  const perSecond = ordersPerSecond(sale, terms.recordWithinMs)
  const most = figures.databaseOrdersPerServer.value * (1 - terms.headroom)
  if (perSecond <= most) return undefined
  return {
    about: 'home database',
    text:
      `the ledger is in one database, which takes ${whole(most)} orders a second: more databases have room for orders, not for a faster ledger. ` +
      `All are recorded after ${whole(sale.units / most)} s; say --record-within ${whole(sale.units / most)}s if buyers may wait for that.`,
  }
}

const PARTITIONS_MAX = 256

const partitions: Check = ({ roles, limits }) => {
  const { count } = roles.find(({ role }) => role === 'worker')!
  if (count <= limits.partitions) return undefined
  const advice =
    count <= PARTITIONS_MAX
      ? `set SECKILL_QUEUE_PARTITIONS to ${count} before the topic is made`
      : `a topic has ${PARTITIONS_MAX} at most, so more workers do nothing: give --record-within more time`
  return { about: 'partitions', text: `${count} workers share ${limits.partitions}: ${advice}.` }
}

// Ten bits of every order id.
const NODES_MAX = 1024

const nodes: Check = ({ roles }) => {
  const { count, coresEach } = roles.find(({ role }) => role === 'gateway')!
  if (count * coresEach <= NODES_MAX) return undefined
  return {
    about: 'gateways',
    text: `${whole(count * coresEach)} processes are more than order ids can tell apart (${whole(NODES_MAX)}): plan two deployments.`,
  }
}

const zones: Check = ({ terms: { zones: all, zonesLost: lost } }) => {
  if (lost === 0)
    return { about: 'zones', text: 'none may be lost: what fails then is down until it is back.' }
  if (Math.ceil(COPIES / all) * lost <= COPIES - MAJORITY) return undefined
  return {
    about: 'zones',
    text:
      `${lost} of ${all} may be lost with more than one of ${COPIES} primaries of Redis and of ${COPIES} copies in Kafka: without two of them ` +
      `nothing is decided until a zone is back (and nothing that was promised is lost). Plan three zones, and one to lose.`,
  }
}

// Of the copies, so that they agree.
const MAJORITY = 2

const ANSWERED_WITHIN_MS = 3000

const lostPrimary: Check = ({ figures, terms }) => {
  const closedMs = figures.failoverMs.value + figures.rebuildMs.value
  if (terms.zonesLost === 0 || closedMs <= ANSWERED_WITHIN_MS) return undefined
  return {
    about: 'a lost primary',
    text:
      `with the primary that decides the sale it is closed for ${(closedMs / 1000).toFixed(1)} s (--failover-ms, --rebuild-ms): ` +
      `whoever comes then is told to come again, and has no final answer within 3 s.`,
  }
}
