// Keeps this gateway's node id: renewed three times in its life, and a new one when it was lost. While
// there is none, the process makes no order ids. At every renewal the live ones are counted: as many
// gateways share the limits of the fleet.

import type { IdNode } from '../domain/ids.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface NodeLeaseOptions {
  ports: Pick<Ports, 'clock' | 'leases'>
  holder: string
  ttlMs: number
  failed: LoopOptions['failed']
}

export interface NodeLoop extends Loop {
  node: () => IdNode | undefined
  holds: () => boolean // false: no order ids are made now
  gateways: () => number // this one included
}

// Resolves when the first node id is held.
export const keepNodeLease = async (options: NodeLeaseOptions): Promise<NodeLoop> => {
  const { ports, holder, ttlMs, failed } = options
  const { clock, leases } = ports
  let node: IdNode | undefined
  let gateways = 1

  const renew = async () => {
    const { nodeId } = node ?? {}
    node =
      (nodeId !== undefined && (await leases.renewNode({ nodeId, holder, ttlMs }))) ||
      (await leases.acquireNode({ holder, ttlMs }))
    gateways = Math.max(1, await leases.countNodes({ ttlMs }))
    return false
  }

  await renew()
  const idleMs = Math.floor(ttlMs / 3)
  const loop = startLoop({ name: 'node-lease', step: renew, idleMs, clock, failed })
  const holds = () => node !== undefined && clock.nowMs() < node.untilMs
  return { ...loop, node: () => node, holds, gateways: () => gateways }
}
