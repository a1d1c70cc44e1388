// What a sale needs: machines of every role, network, memory, storage, what to set, and the textbook's plan
// beside it. Pure: the same sale and the same figures give the same plan.

import { FIGURES, FIGURE_NAMES, type Figure, type FigureName, type Figures } from './figures.ts'
import { ordersPerSecond, type PlannedSale, type Role, rolesOf, type Terms } from './roles.ts'
import { type Rooms, roomsOf } from './rooms.ts'
import { isTextbookRole, textbookOf, type Textbook } from './textbook.ts'
import { type Limits, segmentsNeeded, type Warning, warningsOf } from './warnings.ts'

export interface Plan {
  sale: PlannedSale
  terms: Terms
  limits: Limits
  roles: PlannedRole[]
  machines: number // of all roles the textbook has too
  partitions: number
  ordersRecordedPerSecond: number
  rooms: Rooms
  textbook: Textbook & { all: number }
  warnings: Warning[]
  restsOn: Record<FigureName, Figure & { unit: string; meaning: string }>
}

interface PlannedRole extends Role {
  textbook: number | null
  ratio: number | null // textbook's machines by ours that do not only wait
}

export const plan = (of: {
  sale: PlannedSale
  terms: Terms
  limits: Limits
  figures: Figures
}): Plan => {
  const { sale, terms, limits, figures } = of
  const textbook = textbookOf(sale.attemptsPerSecond)
  const roles = rolesOf(of)
  const rooms = roomsOf({ sale, roles, figures, connectionsMax: limits.connectionsMax })
  const planned = roles.map((role) => besideTextbook(role, textbook))
  const compared = planned.filter((role) => role.textbook !== null)
  const worker = roles.find(({ role }) => role === 'worker')!
  return {
    sale,
    terms,
    limits,
    roles: planned,
    machines: sum(compared.map(({ count, spare }) => count - spare)),
    partitions: Math.max(limits.partitions, worker.count),
    ordersRecordedPerSecond: ordersPerSecond(sale, terms.recordWithinMs),
    rooms,
    textbook: { ...textbook, all: sum(Object.values(textbook.machines)) },
    warnings: warningsOf({ sale, terms, limits, figures, roles, rooms }),
    restsOn: explained(figures),
  }
}

// The limits with which the sale has the rate that it was planned for.
export const raisedFor = ({ sale, limits, roles, terms }: Plan): Limits => ({
  ...limits,
  salePerSecond: Math.max(limits.salePerSecond, sale.attemptsPerSecond),
  globalPerSecond: Math.max(limits.globalPerSecond, sale.attemptsPerSecond),
  segments: Math.max(limits.segments, segmentsNeeded(roles, terms)),
})

const sum = (values: number[]) => values.reduce((all, one) => all + one, 0)

const besideTextbook = (role: Role, textbook: Textbook): PlannedRole => {
  if (!isTextbookRole(role.role)) return { ...role, textbook: null, ratio: null }
  const theirs = textbook.machines[role.role]
  return { ...role, textbook: theirs, ratio: theirs / (role.count - role.spare) }
}

const explained = (figures: Figures): Plan['restsOn'] =>
  Object.fromEntries(
    FIGURE_NAMES.map((name) => {
      const { unit, meaning } = FIGURES[name]
      return [name, { ...figures[name], unit, meaning }]
    }),
  ) as Plan['restsOn']
