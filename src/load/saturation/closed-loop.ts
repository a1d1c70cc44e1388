// A closed loop: so many connections, on each the next attempt as soon as the last one was answered,
// the tokens in turn. It finds out how much a server answers; how long buyers wait it cannot tell, since
// it waits with them.

import { setTimeout as pause } from 'node:timers/promises'
import { cpuMs, nowMs } from '../clocks.ts'
import { count, type Counts } from '../counts/count.ts'
import { newTimeline, recordAnswer, type Timeline } from '../counts/timeline.ts'
import { connection } from './connection.ts'

export interface Saturation {
  url: string
  saleId: string
  tokens: string[]
  connections: number
  fromMs: number
  untilMs: number
}

export interface SaturationTally {
  timeline: Timeline
  faults: Counts // connections that ended without an answer, or were not opened
  endedAtMs: number // the last answer
  cpuMs: number // of this process
}

export const closedLoop = async (of: Saturation): Promise<SaturationTally> => {
  const { fromMs, untilMs, connections } = of
  const { hostname, port } = new URL(of.url)
  const requests = requestsOf(of)
  const tally = { timeline: newTimeline(fromMs), faults: new Map(), endedAtMs: fromMs }
  let sent = 0
  const deps = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 80),
    next: () => (nowMs() < untilMs ? requests[sent++ % requests.length] : undefined),
    isOver: () => nowMs() >= untilMs,
    heard: (outcome: string, tookMs: number) => {
      const atMs = nowMs()
      tally.endedAtMs = atMs
      recordAnswer(tally.timeline, { outcome, plannedMs: atMs - tookMs, atMs })
    },
    fault: (why: string) => void count(tally.faults, why),
  }
  await pause(Math.max(0, fromMs - nowMs()))
  const cpuBeforeMs = cpuMs()
  await Promise.all(Array.from({ length: connections }, () => connection(deps)))
  return { ...tally, cpuMs: cpuMs() - cpuBeforeMs }
}

const requestsOf = ({ url, saleId, tokens }: Saturation): Buffer[] =>
  tokens.map((token) =>
    Buffer.from(
      `POST /api/sales/${saleId}/attempts HTTP/1.1\r\n` +
        `host: ${new URL(url).host}\r\n` +
        `authorization: Bearer ${token}\r\n` +
        'content-length: 0\r\n\r\n',
    ),
  )
