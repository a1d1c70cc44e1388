// A plan in words: rows for a table, and lines for what stands below it. What each figure rests on is
// always among them.

import { FIGURE_NAMES } from './figures.ts'
import type { Plan } from './plan.ts'
import { bytes, gigabits, percent, ratio, whole } from './spelling.ts'

export interface Section {
  title: string
  rows: string[][]
}

export const planTitle = ({ sale, terms }: Plan): string =>
  `${whole(sale.attemptsPerSecond)} attempts/s for ${whole(sale.forMs / 1000)} s by ${whole(sale.buyers)} buyers for ${whole(sale.units)} units; ` +
  `${terms.zones} zones, ${terms.zonesLost} of which may be lost; ${percent(terms.headroom)} of every core kept free`

export const planSections = (plan: Plan): Section[] => [
  { title: 'machines', rows: [ROLES_HEAD, ...roleRows(plan), totalRow(plan)] },
  { title: 'rooms', rows: roomRows(plan) },
  { title: 'rests on', rows: restRows(plan) },
]

const ROLES_HEAD = [
  'role',
  'machines',
  'a zone',
  'cores each',
  'busy',
  'zones lost',
  'textbook',
  'ratio',
  '',
]

const roleRows = ({ roles }: Plan): string[][] =>
  roles.map((role) => [
    role.role,
    role.spare > 0 ? `${role.count - role.spare} + ${role.spare}` : `${role.count}`,
    `${role.perZone}`,
    `${role.coresEach}`,
    percent(role.busy),
    percent(role.busyWithZonesLost),
    role.textbook === null ? '–' : whole(role.textbook),
    role.ratio === null ? '–' : ratio(role.ratio),
    role.what,
  ])

const totalRow = ({ machines, textbook }: Plan): string[] => [
  'all',
  whole(machines),
  '',
  '',
  '',
  '',
  whole(textbook.all),
  ratio(textbook.all / machines),
  'of the roles that the textbook has, without those that only wait',
]

const roomRows = ({ rooms, textbook, partitions, ordersRecordedPerSecond, terms }: Plan) => [
  ['network in', gigabits(rooms.inGigabitsPerSecond), 'from buyers to the edge'],
  [
    'network out',
    gigabits(rooms.outGigabitsPerSecond),
    `and back; together ${gigabits(rooms.inGigabitsPerSecond + rooms.outGigabitsPerSecond)}, textbook ${gigabits(textbook.gigabitsPerSecond)}; inside as much again`,
  ],
  [
    'edge memory',
    bytes(rooms.edgeMemoryBytes),
    `a machine, when every buyer keeps a connection: ${whole(rooms.edgeConnectionsPerCore)} a core`,
  ],
  ['gateway memory', bytes(rooms.gatewayMemoryBytes), 'a machine, at most'],
  ['redis memory', bytes(rooms.redisBytes), 'for all who hold a unit, in transit'],
  ['partitions', whole(partitions), 'of the topic of orders'],
  [
    'database writes',
    `${whole(ordersRecordedPerSecond)} orders/s`,
    `each with ledger, units and outbox, recorded within ${whole(terms.recordWithinMs / 1000)} s`,
  ],
  ['database storage', bytes(rooms.databaseBytes), 'with its standby'],
  ['kafka storage', bytes(rooms.kafkaBytes), 'of all copies'],
]

const restRows = ({ restsOn }: Plan): string[][] =>
  FIGURE_NAMES.map((name) => {
    const { value, unit, basis, from, meaning } = restsOn[name]
    return [basis, `${whole(value)} ${unit}`, meaning, from]
  })
