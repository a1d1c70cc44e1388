// Leases by name, and node ids. A lease is a row with an end; a node id rests for one `ttlMs` after
// its lease has ended, so that its former holder has long stopped when somebody else begins.
//
// A lease that ends later than any asked for now could, generously two `ttlMs` from now, was taken by a
// clock that has been put back since: it has run out.

import { NODES } from '../../domain/ids.ts'
import type { Leases, NodeLease } from '../../ports/leases.ts'
import type { StoreDeps } from './mysql.ts'

export const mysqlLeases = (deps: StoreDeps): Leases => ({
  ...namedLeases(deps),
  ...nodeLeases(deps),
})

// The second assignment sees what the first one has made of the holder.
const ACQUIRE = `
  insert into leases (name, holder, until)
  values (?, ?, ?)
  on duplicate key update
    holder = if(until <= ? or until > ?, values(holder), holder),
    until = if(holder = values(holder), values(until), until)
`

// One that was taken again within a millisecond was not made different.
const READ_HOLDER = `
  select holder
  from leases
  where name = ?
`

const RELEASE = `
  delete from leases
  where name = ? and holder = ?
`

const namedLeases = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<Leases, 'acquire' | 'release'> => ({
  acquire: ({ name, holder, ttlMs }) =>
    home.write(async (transaction) => {
      const nowMs = clock.nowMs()
      const values = [name, holder, nowMs + ttlMs, nowMs, nowMs + 2 * ttlMs]
      await transaction.change(ACQUIRE, values)
      const [row] = await transaction.query<{ holder: string }>(READ_HOLDER, [name])
      return row!.holder === holder
    }),
  async release({ name, holder }) {
    await home.change(RELEASE, [name, holder])
  },
})

const READ_NODES = `
  select node_id as nodeId, until as untilMs
  from node_leases
`

interface NodeRow {
  nodeId: number
  untilMs: number
}

// Nobody has had it yet.
const TAKE_NEW_NODE = `
  insert into node_leases (node_id, holder, until)
  values (?, ?, ?)
  on duplicate key update node_id = node_id
`

// If its lease is still the one that has ended.
const TAKE_NODE = `
  update node_leases
  set holder = ?, until = ?
  where node_id = ? and until = ?
`

const RENEW_NODE = `
  update node_leases
  set until = ?
  where node_id = ? and holder = ? and until > ? and until <= ?
`

const COUNT_NODES = `
  select count(*) as nodes
  from node_leases
  where until > ? and until <= ?
`

type NodeLeases = Pick<Leases, 'acquireNode' | 'renewNode' | 'countNodes'>

const nodeLeases = ({ mysql: { home }, clock }: StoreDeps): NodeLeases => {
  const take = async (
    of: { nodeId: number; holder: string; untilMs: number },
    before: NodeRow | undefined,
  ): Promise<boolean> => {
    const { nodeId, holder, untilMs } = of
    const taken = before
      ? await home.change(TAKE_NODE, [holder, untilMs, nodeId, before.untilMs])
      : await home.change(TAKE_NEW_NODE, [nodeId, holder, untilMs])
    return taken === 1
  }

  return {
    // Of those who take one at once one has it, and the others look again.
    async acquireNode({ holder, ttlMs }) {
      for (;;) {
        const nowMs = clock.nowMs()
        const rows = await home.query<NodeRow>(READ_NODES)
        const nodeId = freeNode(rows, { ttlMs, nowMs })
        if (nodeId === undefined) return undefined
        const lease = { nodeId, untilMs: nowMs + ttlMs }
        const before = rows.find((row) => row.nodeId === nodeId)
        if (await take({ ...lease, holder }, before)) return lease
      }
    },
    async renewNode({ nodeId, holder, ttlMs }): Promise<NodeLease | undefined> {
      const nowMs = clock.nowMs()
      const untilMs = nowMs + ttlMs
      const bounds = [nowMs, nowMs + 2 * ttlMs]
      const kept = await home.change(RENEW_NODE, [untilMs, nodeId, holder, ...bounds])
      return kept === 1 ? { nodeId, untilMs } : undefined
    },
    async countNodes({ ttlMs }) {
      const nowMs = clock.nowMs()
      const [count] = await home.query<{ nodes: number }>(COUNT_NODES, [nowMs, nowMs + 2 * ttlMs])
      return count!.nodes
    },
  }
}

// Leases of a clock that was ahead have run out, and are still given last: the ids their holder made lie
// in the time that is now lived again.
const freeNode = (rows: NodeRow[], { ttlMs, nowMs }: { ttlMs: number; nowMs: number }) => {
  const taken = rows.filter(({ untilMs }) => untilMs + ttlMs > nowMs)
  return lowestFree(taken) ?? lowestFree(taken.filter((row) => row.untilMs <= nowMs + 2 * ttlMs))
}

const lowestFree = (rows: NodeRow[]): number | undefined => {
  const taken = new Set(rows.map(({ nodeId }) => nodeId))
  for (let nodeId = 0; nodeId < NODES; nodeId += 1) if (!taken.has(nodeId)) return nodeId
  return undefined
}
