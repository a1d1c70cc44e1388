// The connection to Redis, one primary or a cluster. Every call has a deadline, is executed once at
// most, and is never kept for later: what could not be sent now fails now. A primary that is silent may
// be one that was paused and replaced, so a call that was not answered makes the connection anew.
//
// It must never send a call a second time: nobody knows what became of the first.

import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createCluster } from 'redis'
import { EngineError } from '../../domain/errors.ts'
import type { RedisPlace } from './place.ts'
import type { Script } from './script.ts'

export interface Redis extends AsyncDisposable {
  // All keys in one slot. Rejects with STOCK_UNREACHABLE when nothing is known of it.
  evaluate(script: Script, of: { keys: string[]; args: string[] }): Promise<unknown>
  remove(keys: string[]): Promise<void> // all in one slot
  // What every primary says of itself; rejects as `evaluate` does.
  info(section: string): Promise<{ address: string; text: string }[]>
  clusterInfo(): Promise<string | undefined> // undefined: not a cluster
}

export interface RedisOptions {
  place: RedisPlace
  timeoutMs: number // of one call
}

// Resolves when it is connected; rejects with what is wrong when that takes longer than a call may.
export const connectRedis = async ({ place, timeoutMs }: RedisOptions): Promise<Redis> => {
  let connection = await connect(place, { timeoutMs, turn: 0 })
  let renewing: Promise<void> | undefined
  let turns = 0
  let stopped = false

  const renew = async () => {
    turns += 1
    try {
      const fresh = await connect(place, { timeoutMs, turn: turns })
      const old = connection
      connection = fresh
      old.destroy()
    } catch {
      await sleep(RENEW_PAUSE_MS) // still out of reach: the next silent call tries again
    }
    renewing = undefined
  }

  // Runs `call` against the deadline.
  const within = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      if (!stopped) renewing ??= renew()
      reject(new Error(`Redis has not answered within ${timeoutMs} ms`))
    }, timeoutMs)
    try {
      return await Promise.race([call(), late])
    } catch (cause) {
      throw unreachable(cause)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    evaluate: (script, of) => within(() => connection.evaluate(script, of)),
    remove: (keys) => within(() => connection.remove(keys)),
    info: (section) => within(() => connection.info(section)),
    clusterInfo: () => within(() => connection.clusterInfo()),
    async [Symbol.asyncDispose]() {
      stopped = true
      await renewing
      connection.destroy()
    },
  }
}

const RENEW_PAUSE_MS = 100

const unreachable = (cause: unknown): Error => {
  const message = cause instanceof Error ? cause.message : String(cause)
  // A script that fails is a bug, or Redis refuses to write: the text says which.
  return new EngineError('STOCK_UNREACHABLE', { message: `stock engine: ${message}`, cause })
}

interface Connection extends Omit<Redis, typeof Symbol.asyncDispose> {
  destroy(): void
}

const connect = async (
  place: RedisPlace,
  of: { timeoutMs: number; turn: number },
): Promise<Connection> => {
  const connection = place.kind === 'redis' ? toOne(place, of) : toCluster(place, of)
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`no connection within ${of.timeoutMs} ms`)),
    of.timeoutMs,
  )
  try {
    return await Promise.race([connection, late])
  } catch (cause) {
    void connection.then((made) => made.destroy()).catch(() => undefined)
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

// Redis forgets scripts when it restarts; one it does not know was not executed.
const evaluating =
  (client: {
    evalSha(sha1: string, of: { keys: string[]; arguments: string[] }): Promise<unknown>
    eval(source: string, of: { keys: string[]; arguments: string[] }): Promise<unknown>
  }): Connection['evaluate'] =>
  async (script, { keys, args }) => {
    const of = { keys, arguments: args }
    try {
      return await client.evalSha(script.sha1, of)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return client.eval(script.source, of)
    }
  }

// Otherwise there is a timer for each command, which costs as much as the command; see `within`.
const NO_TIMERS = { timeout: undefined } as object

const socketOf = (timeoutMs: number) => ({
  connectTimeout: timeoutMs,
  reconnectStrategy: (retries: number) => Math.min(50 * (retries + 1), 500),
})

const toOne = async (
  { url }: Extract<RedisPlace, { kind: 'redis' }>,
  { timeoutMs }: { timeoutMs: number },
): Promise<Connection> => {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: NO_TIMERS,
    socket: socketOf(timeoutMs),
  })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  client.on('error', reject) // the first, while connecting; later ones every call sees for itself
  try {
    await Promise.race([client.connect(), failed])
  } catch (error) {
    client.destroy()
    throw error
  }
  return {
    evaluate: evaluating(client),
    remove: async (keys) => void (await client.unlink(keys)),
    info: async (section) => [{ address: new URL(url).host, text: await client.info(section) }],
    clusterInfo: async () => undefined,
    destroy: () => client.destroy(),
  }
}

const toCluster = async (
  { nodes, username, password, tls }: Extract<RedisPlace, { kind: 'redis-cluster' }>,
  { timeoutMs, turn }: { timeoutMs: number; turn: number },
): Promise<Connection> => {
  const urlOf = (node: string) => ({ url: `${tls ? 'rediss' : 'redis'}://${node}` })
  // Another one first at each turn: the first asked may be the one that is silent.
  const ordered = nodes.map((_, at) => nodes[(at + turn) % nodes.length]!)
  const credentials = { ...(username && { username }), ...(password && { password }) }
  const cluster = createCluster({
    rootNodes: ordered.map((node) => ({ ...urlOf(node), ...credentials })),
    defaults: {
      ...credentials,
      disableOfflineQueue: true,
      socket: { ...socketOf(timeoutMs), ...(tls && { tls: true }) },
    },
    commandOptions: NO_TIMERS,
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: 300,
  })
  cluster.on('error', () => undefined) // every call sees for itself
  await cluster.connect()
  const primaries = () =>
    Promise.all(
      cluster.masters.map(async (node) => {
        return { address: node.address, client: await cluster.nodeClient(node) }
      }),
    )
  return {
    evaluate: evaluating(cluster),
    remove: async (keys) => void (await cluster.unlink(keys)),
    info: async (section) =>
      Promise.all(
        (await primaries()).map(async ({ address, client }) => {
          return { address, text: await client.info(section) }
        }),
      ),
    clusterInfo: async () => (await primaries())[0]?.client.clusterInfo(),
    destroy: () => cluster.destroy(),
  }
}
