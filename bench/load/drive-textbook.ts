// Flash sales as they are taught: one EVALSHA per attempt, on 256 connections with one call out on each.
// The bytes are ready before the clock starts and go over raw sockets, because a client library would
// keep Redis waiting, and a Redis that waits spends more on each call.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Attempt } from '../../src/domain/attempt.ts'
import { askRedis } from '../../test/support/ask-redis.ts'
import { redisAttempts } from './redis-attempts.ts'
import type { RedisLoad } from './redis-driver.ts'
import type { RedisJob } from './redis-job.ts'

export const TEXTBOOK_CONNECTIONS = 256

const SOURCE = readFileSync(join(import.meta.dirname, '../baselines/textbook.lua'), 'utf8')
const STOCK = 'textbook:{1}:stock'
const BOUGHT = 'textbook:{1}:bought'
const READ_BYTES = 4096

export const driveTextbook = async (job: RedisJob): Promise<RedisLoad> => {
  const [url] = job.nodes
  assert(url)
  const sha1 = await askRedis(url, async (redis) => {
    await redis.set(STOCK, job.units)
    return redis.scriptLoad(SOURCE)
  })
  const attempts = redisAttempts()
  const callsOf = (all: Attempt[]) => all.map((attempt) => callOf(sha1, attempt))
  const sockets = await openAll(Number(new URL(url).port))
  if (job.winners) await decide(sockets, callsOf(attempts.of(job.winners.buyers)))
  const calls = callsOf(attempts.between(job))
  return {
    run: () => decide(sockets, calls),
    async [Symbol.asyncDispose]() {
      for (const { socket } of sockets) socket.destroy()
    },
  }
}

const callOf = (sha1: string, { buyerId, orderId }: Attempt): Buffer => {
  const words = ['EVALSHA', sha1, '2', STOCK, BOUGHT, buyerId, orderId]
  const told = words.map((word) => `$${word.length}\r\n${word}\r\n`)
  return Buffer.from(`*${words.length}\r\n${told.join('')}`)
}

interface Connection {
  socket: Socket
  onAnswer: (text: string) => void
}

const openAll = (port: number): Promise<Connection[]> =>
  Promise.all(
    Array.from({ length: TEXTBOOK_CONNECTIONS }, async () => {
      const callback = (size: number, buffer: Uint8Array) => {
        connection.onAnswer((buffer as Buffer).toString('latin1', 0, size))
        return true
      }
      const onread = { buffer: Buffer.alloc(READ_BYTES), callback }
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
      const connection: Connection = { socket, onAnswer: () => undefined }
      await once(socket, 'connect')
      return connection
    }),
  )

const decide = async (
  connections: Connection[],
  calls: Buffer[],
): Promise<Record<string, number>> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const told: Record<string, number> = { taken: 0, 'already-reserved': 0, 'sold-out': 0 }
  let sent = 0
  let answered = 0
  const next = ({ socket }: Connection) => {
    if (sent < calls.length) socket.write(calls[sent++]!)
  }
  for (const connection of connections) {
    connection.socket.on('error', reject)
    connection.onAnswer = (text) => {
      const answer = answerOf(text)
      if (answer === undefined) reject(new Error(`Redis answers ${text}`))
      else told[answer]! += 1
      answered += 1
      if (answered === calls.length) resolve()
      else next(connection)
    }
    next(connection)
  }
  await promise
  return told
}

// Short enough to come in one piece.
const answerOf = (text: string): string | undefined => {
  if (text === '$5\r\ntaken\r\n') return 'taken'
  if (text === '$8\r\nsold-out\r\n') return 'sold-out'
  return /^\$\d+\r\n\d+\r\n$/.test(text) ? 'already-reserved' : undefined
}
