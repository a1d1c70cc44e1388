// What one node of a Redis Cluster says of itself and of the others, read at one moment from CLUSTER
// NODES, CLUSTER INFO and INFO.

import { askRedis, fieldsOf, SOON_MS } from './ask-redis.ts'
import type { RedisServer } from './redis-server.ts'

export interface NodeReport {
  id: string
  port: number
  primaryId: string | undefined // of a primary undefined
  slots: [first: number, last: number][]
  epoch: number
  isOk: boolean // it would serve
  isWhole: boolean // it takes nobody for dead or half met
  known: Set<string> // ids
  view: string // who is what and has which slots; the same text on nodes that agree
  offset: number // in the stream of changes
  online: Set<number> // ports of the replicas it streams to; none on a replica or a lonely primary
}

export const reportOf = async (node: RedisServer): Promise<NodeReport> => {
  const [table, state, replication] = await askRedis(
    node.url,
    (redis) =>
      Promise.all([
        redis.sendCommand<string>(['CLUSTER', 'NODES']),
        redis.sendCommand<string>(['CLUSTER', 'INFO']),
        redis.sendCommand<string>(['INFO', 'replication']),
      ]),
    SOON_MS,
  )
  const rows = table.trimEnd().split('\n').map(rowOf)
  const own = rows.find(({ flags }) => flags.has('myself'))!
  const info = fieldsOf(replication)
  const isReplica = info.get('role') === 'slave'
  const view = rows.map(({ id, primaryId, slots }) => `${id} ${primaryId} ${slots.join()}`)
  return {
    ...own,
    port: node.port,
    isOk: fieldsOf(state).get('cluster_state') === 'ok',
    isWhole: !rows.some(({ flags }) => UNSURE.some((flag) => flags.has(flag))),
    known: new Set(rows.map(({ id }) => id)),
    view: view.sort().join('\n'),
    offset: Number(info.get(isReplica ? 'slave_repl_offset' : 'master_repl_offset')),
    online: new Set(
      [...replication.matchAll(/^slave\d+:.*port=(\d+),state=online/gm)].map(([, port]) =>
        Number(port),
      ),
    ),
  }
}

const UNSURE = ['fail', 'fail?', 'handshake', 'noaddr']

// id, address, flags, primary's id or -, ping, pong, epoch, link, then slots: 5 or 0-5460 or [moving].
const rowOf = (line: string) => {
  const [id, , flags, primaryId, , , epoch, , ...slots] = line.split(' ')
  const ranges = slots
    .filter((range) => !range.startsWith('['))
    .map((range) => range.split('-').map(Number))
    .map(([first, last = first]): [number, number] => [first!, last!])
  return {
    id: id!,
    flags: new Set(flags!.split(',')),
    primaryId: primaryId === '-' ? undefined : primaryId!,
    epoch: Number(epoch),
    slots: ranges,
  }
}
