// The connection to Redis, one primary or a cluster. Every call has a deadline, is executed once at
// most, and is never kept for later: what could not be sent now fails now. A primary that is silent may
// be one that was paused and replaced, so a call that was not answered makes the connection anew, and so
// does one that is answered by what has become a replica.
//
// It must never send a call a second time: nobody knows what became of the first.

import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError } from '../../domain/errors.ts'
import { connect, type PrimaryReport } from './connection.ts'
import { messageOf } from './connection-fault.ts'
import type { RedisPlace } from './place.ts'
import type { Script } from './script.ts'

export interface Redis extends AsyncDisposable {
  // All keys in one slot. Rejects with STOCK_UNREACHABLE when nothing is known of it.
  evaluate(script: Script, of: { keys: string[]; args: string[] }): Promise<unknown>
  remove(keys: string[]): Promise<void> // all in one slot
  // Asks every primary, and lets it run a script without keys; rejects as `evaluate` does.
  examine(probe: Script): Promise<PrimaryReport[]>
}

export interface RedisOptions {
  place: RedisPlace
  timeoutMs: number // of one call
}

// Resolves when it is connected; rejects with what is wrong when that takes longer than a call may.
export const connectRedis = async ({ place, timeoutMs }: RedisOptions): Promise<Redis> => {
  let connection = await connect(place, timeoutMs)
  let renewing: Promise<void> | undefined
  let stopped = false

  const renew = async () => {
    try {
      const fresh = await connect(withNodes(place, connection.nodes()), timeoutMs)
      const old = connection
      connection = fresh
      old.destroy()
    } catch {
      // still out of reach: the next call tries again
    }
    await sleep(RENEW_PAUSE_MS)
    renewing = undefined
  }

  const startRenewing = () => {
    if (!stopped) renewing ??= renew()
  }

  // Runs `call` against the deadline.
  const within = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      startRenewing()
      reject(new Error(`Redis has not answered within ${timeoutMs} ms`))
    }, timeoutMs)
    try {
      return await Promise.race([call(), late])
    } catch (cause) {
      if (isReplica(cause)) startRenewing()
      throw unreachable(cause)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    evaluate: (script, of) => within(() => connection.evaluate(script, of)),
    remove: (keys) => within(() => connection.remove(keys)),
    examine: (probe) => within(() => connection.examine(probe)),
    async [Symbol.asyncDispose]() {
      stopped = true
      await renewing
      connection.destroy()
    },
  }
}

const RENEW_PAUSE_MS = 100

// It was our primary, and is one no more: whoever now answers by that name may be another.
const isReplica = (cause: unknown) => cause instanceof Error && cause.message.startsWith('READONLY')

// Those in the settings may all be silent, and the cluster be well without them.
const withNodes = (place: RedisPlace, nodes: string[]): RedisPlace =>
  place.kind === 'redis' ? place : { ...place, nodes: [...new Set([...nodes, ...place.nodes])] }

// A script that fails is a bug, or Redis refuses to write: the text says which. It is not named as the
// cause as well, or the log would say it twice.
const unreachable = (cause: unknown): Error =>
  new EngineError('STOCK_UNREACHABLE', { message: `stock engine: ${messageOf(cause)}` })
