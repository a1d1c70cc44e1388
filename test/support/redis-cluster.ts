// A real Redis Cluster on free ports: joined, with every replica in step with its primary. Who is primary
// is always asked of the nodes themselves, as it changes; one that does not answer is unreachable.

import { askRedis, askUntil, type RedisClient, SOON_MS } from './ask-redis.ts'
import { type NodeReport, reportOf } from './redis-node-report.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface ClusterOptions {
  primaries?: number
  replicasEach?: number
  nodeTimeoutMs?: number // after so long without an answer, a node is taken for dead
}

export interface RedisCluster extends AsyncDisposable {
  url: string // redis-cluster://…, names the nodes that were primaries first
  nodes: RedisServer[]
  roles(): Promise<NodeRole[]> // in the order of `nodes`
  primaryOf(key: string | number): Promise<RedisServer> // a number is a slot
  replicaOf(primary: RedisServer): Promise<RedisServer> // its first; the primary may be unreachable
  failover(replica: RedisServer, of?: { takeover?: boolean }): Promise<void> // until it is primary
  promoted(replica: RedisServer): Promise<void> // waits for a failover that nobody asked for
  settled(): Promise<void> // waits until all are reachable, agree and are in step
  stop(): Promise<void>
}

export type NodeRole =
  | { role: 'primary'; node: RedisServer; slots: [first: number, last: number][]; epoch: number }
  | { role: 'replica'; node: RedisServer; primary: RedisServer }
  | { role: 'unreachable'; node: RedisServer }

const SLOTS = 16_384
const SETTLES = { withinMs: 15_000, wanted: 'all nodes are reachable, agree and are in step' }
const PROMOTES = { withinMs: 10_000, wanted: 'the replica is primary' }

export const startRedisCluster = async (options: ClusterOptions = {}): Promise<RedisCluster> => {
  const { primaries = 3, replicasEach = 1, nodeTimeoutMs = 1000 } = options
  const nodes = await startNodes(primaries * (1 + replicasEach), nodeTimeoutMs)
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())))
  try {
    const ids = await join(nodes, primaries)
    const cluster = overNodes(nodes, { primaries, ids })
    await cluster.settled()
    const seeds = nodes.slice(0, primaries).map(({ port }) => `127.0.0.1:${port}`)
    const url = `redis-cluster://${seeds.join()}`
    return { ...cluster, url, nodes, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

// All or none.
const startNodes = async (count: number, nodeTimeoutMs: number): Promise<RedisServer[]> => {
  const starting = Array.from({ length: count }, () => startRedis({ nodeTimeoutMs }))
  const ends = await Promise.allSettled(starting)
  const nodes = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const failed = ends.find((end) => end.status === 'rejected')
  if (!failed) return nodes
  await Promise.all(nodes.map((node) => node.stop()))
  throw failed.reason
}

// Everybody meets everybody, instead of waiting until gossip has made them known. Returns their ids.
const join = async (nodes: RedisServer[], primaries: number): Promise<string[]> => {
  const ids = await Promise.all(nodes.map((node) => command(node, 'MYID')))
  await Promise.all(
    nodes.map(async (node, at) => {
      await command(node, 'SET-CONFIG-EPOCH', at + 1)
      if (at < primaries) await command(node, 'ADDSLOTSRANGE', ...slotsOf(at, primaries))
    }),
  )
  for (const [at, node] of nodes.entries())
    for (const { port, busPort } of nodes.slice(at + 1))
      await command(node, 'MEET', '127.0.0.1', port, busPort)
  const know = (reports: NodeReport[]) =>
    reports.every(({ isWhole, known }) => isWhole && ids.every((id) => known.has(id)))
  await askUntil(() => Promise.all(nodes.map(reportOf)), know, SETTLES)
  const replicas = nodes.slice(primaries).entries()
  await Promise.all(replicas.map(([at, node]) => command(node, 'REPLICATE', ids[at % primaries]!)))
  return ids
}

const slotsOf = (at: number, primaries: number): [number, number] => {
  const start = (part: number) => Math.floor((SLOTS * part) / primaries)
  return [start(at), start(at + 1) - 1]
}

const command = (node: RedisServer, ...words: (string | number)[]): Promise<string> =>
  askRedis(node.url, (redis) => redis.sendCommand(['CLUSTER', ...words.map(String)]))

const overNodes = (
  nodes: RedisServer[],
  { primaries, ids }: { primaries: number; ids: string[] },
): Pick<
  RedisCluster,
  'roles' | 'primaryOf' | 'replicaOf' | 'failover' | 'promoted' | 'settled'
> => {
  const roles = () => Promise.all(nodes.map(roleOf))
  const roleOf = async (node: RedisServer): Promise<NodeRole> => {
    const report = await reportOf(node).catch(() => undefined)
    if (!report) return { role: 'unreachable', node }
    if (report.primaryId === undefined) return { role: 'primary', node, ...report }
    return { role: 'replica', node, primary: nodes[ids.indexOf(report.primaryId)]! }
  }
  const promoted = async (replica: RedisServer) => {
    const isPrimary = (now: NodeRole) => now.role === 'primary' && now.slots.length > 0
    await askUntil(() => roleOf(replica), isPrimary, PROMOTES)
  }
  return {
    roles,
    promoted,
    // One that slept through its failover still takes itself for primary: the newer epoch counts.
    async primaryOf(key) {
      const slot = typeof key === 'number' ? key : await slotOf(nodes, key)
      const owner = async () =>
        (await roles())
          .filter((one) => one.role === 'primary')
          .filter(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last))
          .sort((a, b) => b.epoch - a.epoch)[0]?.node
      return found(owner, `slot ${slot} has a reachable primary`)
    },
    async replicaOf(primary) {
      const isReplica = (one: NodeRole) => one.role === 'replica' && one.primary === primary
      const first = async () => (await roles()).find(isReplica)?.node
      return found(first, `127.0.0.1:${primary.port} has a reachable replica`)
    },
    async failover(replica, { takeover = false } = {}) {
      await command(replica, 'FAILOVER', ...(takeover ? ['TAKEOVER'] : []))
      await promoted(replica)
    },
    async settled() {
      const ask = () => Promise.all(nodes.map(reportOf))
      await askUntil(ask, (reports) => areSettled(reports, primaries), SETTLES)
    },
  }
}

// A busy machine may take a moment to answer, or to agree on who is primary.
const found = async (
  look: () => Promise<RedisServer | undefined>,
  wanted: string,
): Promise<RedisServer> =>
  (await askUntil(look, (node) => node !== undefined, { ...PROMOTES, wanted }))!

const slotOf = async (nodes: RedisServer[], key: string): Promise<number> =>
  Number(await Promise.any(nodes.map(({ url }) => askRedis(url, keySlot(key), SOON_MS))))

const keySlot = (key: string) => (redis: RedisClient) =>
  redis.sendCommand<string>(['CLUSTER', 'KEYSLOT', key])

const areSettled = (reports: NodeReport[], primaries: number): boolean => {
  const [first, ...others] = reports
  const leading = reports.filter(({ primaryId }) => primaryId === undefined)
  const isInStep = (report: NodeReport) => {
    const primary = leading.find(({ id }) => id === report.primaryId)
    return primary?.online.has(report.port) && primary.offset === report.offset
  }
  return (
    reports.every(({ isWhole, isOk }) => isWhole && isOk) &&
    others.every(({ view }) => view === first!.view) &&
    leading.length === primaries &&
    reports.every((report) => leading.includes(report) || isInStep(report))
  )
}
