// Leases by name, and node ids. A lease is a row with an end; a node id rests for one `ttlMs` after
// its lease has ended, so that its former holder has long stopped when somebody else begins.
//
// A lease that ends later than any asked for now could, generously two `ttlMs` from now, was taken by a
// clock that has been put back since: it has run out.

import { NODES } from '../../domain/ids.ts'
import type { Leases, NodeLease } from '../../ports/leases.ts'
import type { StoreDeps } from './database.ts'

export const sqliteLeases = (deps: StoreDeps): Leases => ({
  ...namedLeases(deps),
  ...nodeLeases(deps),
})

const ACQUIRE = `
  insert into leases (name, holder, until)
  values (?1, ?2, ?3)
  on conflict (name) do update
  set holder = ?2, until = ?3
  where holder = ?2 or until <= ?4 or until > ?5
`

const RELEASE = `
  delete from leases
  where name = ? and holder = ?
`

const namedLeases = ({ database, clock }: StoreDeps): Pick<Leases, 'acquire' | 'release'> => {
  const acquire = database.change(ACQUIRE)
  const release = database.change(RELEASE)
  return {
    async acquire({ name, holder, ttlMs }) {
      const nowMs = clock.nowMs()
      const latestMs = nowMs + 2 * ttlMs
      return database.write(() => acquire(name, holder, nowMs + ttlMs, nowMs, latestMs) === 1)
    },
    async release({ name, holder }) {
      await database.write(() => release(name, holder))
    },
  }
}

// Node ids in use, or resting, or of a clock that was ahead. Those of the last kind have run out, and
// are still given last: the ids their holder made lie in the time that is now lived again.
const TAKEN = `
  select node_id as nodeId, until > ?2 + 2 * ?1 as isOfClockAhead
  from node_leases
  where until + ?1 > ?2
`

interface TakenRow {
  nodeId: number
  isOfClockAhead: number
}

const TAKE_NODE = `
  insert into node_leases (node_id, holder, until)
  values (?1, ?2, ?3)
  on conflict (node_id) do update
  set holder = ?2, until = ?3
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

const nodeLeases = ({ database, clock }: StoreDeps): NodeLeases => {
  const readTaken = database.select<TakenRow>(TAKEN)
  const take = database.change(TAKE_NODE)
  const renew = database.change(RENEW_NODE)
  const count = database.select<{ nodes: number }>(COUNT_NODES)

  const acquire = (at: { holder: string; ttlMs: number }, nowMs: number): NodeLease | undefined => {
    const taken = readTaken.all(at.ttlMs, nowMs)
    const nodeId = lowestFree(taken) ?? lowestFree(taken.filter((row) => !row.isOfClockAhead))
    if (nodeId === undefined) return undefined
    const untilMs = nowMs + at.ttlMs
    take(nodeId, at.holder, untilMs)
    return { nodeId, untilMs }
  }

  return {
    acquireNode: async (at) => database.write(() => acquire(at, clock.nowMs())),
    async renewNode({ nodeId, holder, ttlMs }) {
      const nowMs = clock.nowMs()
      const untilMs = nowMs + ttlMs
      const latestMs = nowMs + 2 * ttlMs
      const kept = await database.write(() => renew(untilMs, nodeId, holder, nowMs, latestMs))
      return kept === 1 ? { nodeId, untilMs } : undefined
    },
    async countNodes({ ttlMs }) {
      const nowMs = clock.nowMs()
      return count.get(nowMs, nowMs + 2 * ttlMs)!.nodes
    },
  }
}

const lowestFree = (rows: TakenRow[]): number | undefined => {
  const taken = new Set(rows.map(({ nodeId }) => nodeId))
  for (let nodeId = 0; nodeId < NODES; nodeId += 1) if (!taken.has(nodeId)) return nodeId
  return undefined
}
