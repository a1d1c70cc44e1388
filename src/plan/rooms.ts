// How much goes through the network, and how much is kept where: bytes by what was measured of one attempt,
// one buyer and one order.

import type { Figures } from './figures.ts'
import { COPIES, PAIR, type PlannedSale, type Role } from './roles.ts'

export interface Rooms {
  inGigabitsPerSecond: number // from buyers to the edge
  outGigabitsPerSecond: number // and back
  edgeConnectionsPerCore: number // when every buyer keeps one, with everything there
  edgeMemoryBytes: number // of a machine, for these
  gatewayMemoryBytes: number // of a machine, at most
  redisBytes: number // of the sale, on all primaries
  databaseBytes: number // with its standby
  kafkaBytes: number // of all copies
}

export const roomsOf = (of: {
  sale: PlannedSale
  roles: Role[]
  figures: Figures
  connectionsMax: number // of a gateway process
}): Rooms => {
  const { sale, roles, figures, connectionsMax } = of
  const value = (name: keyof Figures) => figures[name].value
  const gigabits = (bytes: number) => (sale.attemptsPerSecond * bytes * 8) / 1e9
  const [edge, gateway] = (['edge', 'gateway'] as const).map((name) => {
    return roles.find(({ role }) => role === name)!
  }) as [Role, Role]
  const connections = sale.buyers / edge.count
  return {
    inGigabitsPerSecond: gigabits(
      value('requestBytes') + value('browserHeaderBytes') + value('framingBytes'),
    ),
    outGigabitsPerSecond: gigabits(value('refusalBytes') + value('framingBytes')),
    edgeConnectionsPerCore: connections / edge.coresEach,
    edgeMemoryBytes: connections * value('edgeConnectionBytes'),
    gatewayMemoryBytes:
      gateway.coresEach *
      (value('gatewayProcessBytes') + connectionsMax * value('gatewayConnectionBytes')),
    redisBytes: sale.units * value('redisBytesPerBuyer'),
    databaseBytes: sale.units * value('databaseBytesPerOrder') * PAIR,
    kafkaBytes: sale.units * value('kafkaBytesPerOrder') * COPIES,
  }
}
