// Sends prepared requests when they were planned to be sent, however slow the answers are, and counts
// latency from there. A request has a connection of its own until it is answered; where none is free it
// waits in line, and what has waited for too long is dropped. It never sleeps, for the reason that
// send-all.ts gives.

import { performance } from 'node:perf_hooks'
import { arrivals, type Phase } from './arrivals.ts'
import { comingBack } from './coming-back.ts'
import { type Connection, type Connections, connections } from './connections.ts'
import { type Counts, newCounts, type Tally } from './counts.ts'
import type { HeardAnswer } from './heard-answer.ts'
import { type Line, newLine } from './line.ts'

export interface OpenLoop {
  port: number
  requests: Buffer[] // one of each buyer; round again when there are more attempts
  from: number
  connections: number
  beginsAtMs: number // epoch milliseconds; later when not all connections are open by then
  phases: Phase[]
  comesBack: boolean // after Retry-After, until the answer is final
  patienceMs: number // for a connection
  withinMs: number // after the last arrival; what is not answered then is given up
}

// One buyer on the way to a final answer.
interface Asker {
  request: Buffer
  firstMs: number // when the first attempt was planned
  plannedMs: number // this one
}

type Flying = Map<Connection, { asker: Asker; sentAtMs: number }>

export const openLoop = async (of: OpenLoop): Promise<Tally> => {
  const flying: Flying = new Map()
  const later = comingBack<Asker>()
  const line = newLine<Asker>()
  const counts = newCounts()
  await using pool = await connections(of, {
    heard(connection, answer) {
      const { asker, sentAtMs } = flying.get(connection)!
      flying.delete(connection)
      const atMs = nowMs()
      counts.answered(asker, { ...answer, atMs, sentAtMs })
      if (of.comesBack && !answer.isFinal) later.plan(nextOf(asker, answer, atMs))
    },
    closed: (connection) => counts.closed(flying.delete(connection)),
  })
  const beginsAtMs = Math.max(of.beginsAtMs, nowMs())
  const arriving = arrivals(beginsAtMs, of.phases)
  const send = sending(of, { line, pool, flying, counts })
  let asked = of.from

  const join = (atMs: number) => {
    for (const plannedMs of arriving.due(atMs)) {
      const request = of.requests[asked % of.requests.length]!
      line.add({ request, firstMs: plannedMs, plannedMs })
      asked += 1
    }
    for (const asker of later.due(atMs)) line.add(asker)
  }
  const left = () => flying.size + later.length() + line.length()
  const turn = (atMs: number): boolean => {
    join(atMs)
    send(atMs)
    counts.turned(nowMs())
    if (atMs <= arriving.endsAtMs) return true
    return left() > 0 && atMs <= arriving.endsAtMs + of.withinMs
  }

  counts.begin(beginsAtMs)
  await again(turn)
  return { ...counts.tally, unanswered: left() }
}

const SENDS_MAX = 256 // of a turn, so that answers are read in between

// Those who are first in line, as many as there are connections.
const sending = (
  { patienceMs }: Pick<OpenLoop, 'patienceMs'>,
  of: { line: Line<Asker>; pool: Connections; flying: Flying; counts: Counts },
) => {
  const { line, pool, flying, counts } = of
  let shortAtMs = -Infinity // when there was no connection for somebody
  return (atMs: number) => {
    for (let sends = 0; sends < SENDS_MAX && line.length() > 0; sends += 1) {
      const asker = line.first()
      const connection = pool.take()
      if (connection === undefined) shortAtMs = atMs
      if (connection === undefined && atMs <= asker.plannedMs + patienceMs) return
      line.removeFirst()
      if (connection === undefined) counts.dropped(atMs)
      else {
        counts.sent(asker, { atMs, hasWaited: asker.plannedMs <= shortAtMs })
        flying.set(connection, { asker, sentAtMs: atMs })
        connection.write(asker.request)
      }
    }
  }
}

const RETRY_MS = 1000 // when the server does not say

const nextOf = (asker: Asker, { retryAfterMs = RETRY_MS }: HeardAnswer, atMs: number): Asker => ({
  ...asker,
  plannedMs: atMs + retryAfterMs,
})

const nowMs = () => performance.timeOrigin + performance.now()

// In every turn of the event loop, without a rest, as long as it says so.
const again = (turn: (atMs: number) => boolean): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const next = () => {
    try {
      if (turn(nowMs())) setImmediate(next)
      else resolve()
    } catch (error) {
      reject(error as Error)
    }
  }
  next()
  return promise
}
