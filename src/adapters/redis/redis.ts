// The connection to Redis, one primary or a cluster. Every call has a deadline, is executed once at
// most, and is never kept for later: what could not be sent now fails now. A primary that is silent may
// be one that was paused and replaced, so a call that was not answered makes the connection anew.
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
    examine: (probe) => within(() => connection.examine(probe)),
    async [Symbol.asyncDispose]() {
      stopped = true
      await renewing
      connection.destroy()
    },
  }
}

const RENEW_PAUSE_MS = 100

// Those in the settings may all be silent, and the cluster be well without them.
const withNodes = (place: RedisPlace, nodes: string[]): RedisPlace =>
  place.kind === 'redis' ? place : { ...place, nodes: [...new Set([...nodes, ...place.nodes])] }

// A script that fails is a bug, or Redis refuses to write: the text says which.
const unreachable = (cause: unknown): Error =>
  new EngineError('STOCK_UNREACHABLE', { message: `stock engine: ${messageOf(cause)}`, cause })
