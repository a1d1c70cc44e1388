// Which partitions go in one lane. Orders of a shard are kept in place `shard mod places`, its messages on
// partition `shard mod partitions`: of a partition only the remainder by what divides both is certain, and
// that is its lane. With 100 partitions and 2, 4 or 5 places each lane is one place; with 3 there is one.

import type { OrderQueue } from '../../ports/order-queue.ts'

export interface Lanes extends Pick<OrderQueue, 'lanes'> {
  has(lane: string | undefined, partition: number): boolean // without a lane: all
}

export const lanesOf = ({ partitions, places }: { partitions: number; places: number }): Lanes => {
  const count = commonDivisor(partitions, places)
  return {
    ...(count > 1 && { lanes: Array.from({ length: count }, (_, lane) => String(lane)) }),
    has: (lane, partition) => lane === undefined || partition % count === Number(lane),
  }
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))
