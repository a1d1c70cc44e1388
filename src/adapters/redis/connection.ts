// One connection to Redis: to one primary, or to the nodes of a cluster. It is there within the time that
// a call may take, or not at all, and then nothing of it is left behind.

import { createClient, createCluster } from '@redis/client'
import { connectionFault, messageOf } from './connection-fault.ts'
import type { RedisPlace } from './place.ts'
import type { Script } from './script.ts'

export interface Connection {
  evaluate(script: Script, of: { keys: string[]; args: string[] }): Promise<unknown>
  remove(keys: string[]): Promise<void>
  examine(probe: Script): Promise<PrimaryReport[]>
  nodes(): string[] // host:port of the primaries it knows; none when it is not to a cluster
  destroy(): void
}

// What a primary says of itself.
export interface PrimaryReport {
  address: string
  info: string // all sections
  cluster: string | undefined // what it knows of its cluster, if it is in one
  refusal: string | undefined // why it does not run the probe
}

// Rejects with STOCK_UNREACHABLE or STOCK_UNUSABLE, which say what to do.
export const connect = async (place: RedisPlace, timeoutMs: number): Promise<Connection> => {
  const { connected, connection } =
    place.kind === 'redis' ? toOne(place, timeoutMs) : toCluster(place, timeoutMs)
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    await Promise.race([connected, late])
    return connection
  } catch (cause) {
    connection.destroy()
    throw connectionFault(cause, place)
  } finally {
    clearTimeout(timer)
  }
}

interface Opening {
  connected: Promise<unknown> // rejects with what is wrong
  connection: Connection
}

// Otherwise there is a timer for each command, which costs as much as the command; see redis.ts.
const NO_TIMERS = { timeout: undefined } as object

const socketOf = (timeoutMs: number) => ({
  connectTimeout: timeoutMs,
  reconnectStrategy: (retries: number) => Math.min(50 * (retries + 1), 500),
})

const toOne = ({ url }: Extract<RedisPlace, { kind: 'redis' }>, timeoutMs: number): Opening => {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: NO_TIMERS,
    socket: socketOf(timeoutMs),
  })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  client.on('error', reject) // the first, while connecting; later ones every call sees for itself
  return {
    connected: Promise.race([client.connect(), failed]),
    connection: {
      evaluate: evaluating(client),
      remove: async (keys) => void (await client.unlink(keys)),
      examine: async (probe) => [await report(new URL(url).host, { client, probe })],
      nodes: () => [],
      destroy: () => client.destroy(),
    },
  }
}

const toCluster = (
  { nodes, username, password, tls }: Extract<RedisPlace, { kind: 'redis-cluster' }>,
  timeoutMs: number,
): Opening => {
  // A node that takes the connection and is silent leaves time to ask others.
  const socket = { socketTimeout: Math.ceil(timeoutMs / NODES_ASKED) }
  const credentials = { ...(username && { username }), ...(password && { password }) }
  const cluster = createCluster({
    rootNodes: nodes.map((node) => ({ url: `${tls ? 'rediss' : 'redis'}://${node}`, socket })),
    defaults: {
      ...credentials,
      disableOfflineQueue: true,
      socket: { ...socketOf(timeoutMs), ...(tls && { tls: true }) },
    },
    commandOptions: NO_TIMERS,
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: 300,
  })
  let latest: unknown
  cluster.on('error', (error) => (latest = error)) // once connected, every call sees for itself
  return {
    connected: cluster.connect().catch((error: unknown) => Promise.reject(latest ?? error)),
    connection: {
      evaluate: evaluating(cluster),
      remove: async (keys) => void (await cluster.unlink(keys)),
      examine: (probe) =>
        Promise.all(
          cluster.masters.map(async (node) => {
            const client = await cluster.nodeClient(node)
            const found = await report(node.address, { client, probe })
            return { ...found, cluster: await client.clusterInfo() }
          }),
        ),
      nodes: () => cluster.masters.map(addressOf),
      destroy: () => cluster.destroy(),
    },
  }
}

const addressOf = ({ host, port }: { host: string; port: number }) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

// Within the time that a call may take.
const NODES_ASKED = 3

interface Evaluating {
  evalSha(sha1: string, of: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(source: string, of: { keys: string[]; arguments: string[] }): Promise<unknown>
}

// Redis forgets scripts when it restarts; one it does not know was not executed.
const evaluating =
  (client: Evaluating): Connection['evaluate'] =>
  async (script, { keys, args }) => {
    const of = { keys, arguments: args }
    try {
      return await client.evalSha(script.sha1, of)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return client.eval(script.source, of)
    }
  }

const report = async (
  address: string,
  of: { client: Evaluating & { info(section: string): Promise<string> }; probe: Script },
): Promise<PrimaryReport> => {
  const info = await of.client.info('everything')
  const probed = evaluating(of.client)(of.probe, { keys: [], args: [] })
  const refusal = await probed.then(() => undefined, messageOf)
  return { address, info, cluster: undefined, refusal }
}
