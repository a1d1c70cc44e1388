// What happened in the model, over time: answers by outcome, how late, and who waits where. Ten times a
// second, and in all.

import { type Latencies, latencies, type Percentiles } from './latencies.ts'

export type Told =
  | 'accepted'
  | 'already-reserved'
  | 'sold-out'
  | 'rate-limited'
  | 'busy'
  | 'rebuilding'

interface Queues {
  gatewayLine: number // attempts that wait in all gateways
  redisMs: number // that the last call will wait for its primary, at most of all
  comingBack: number // buyers who were told to come again
}

export interface CourseResult {
  attempts: number
  outcomes: Partial<Record<Told, number>>
  firstAnswerMs: Percentiles | null
  finalAnswerMs: Percentiles | null
  overTime: {
    seconds: number[]
    perSecond: Partial<Record<Told, number[]>>
    finalAnswerMs: Record<'p50' | 'p99', (number | null)[]>
    queues: Record<keyof Queues, number[]>
  }
}

export interface Course {
  told(outcome: Told, count: number): void
  firstAnswered(ms: number, weight: number): void
  finallyAnswered(ms: number, weight: number): void
  passed(nowMs: number, queues: () => Queues): void // a millisecond
  result(): CourseResult
}

const SLICE_MS = 100

export const newCourse = (): Course => {
  const outcomes: Partial<Record<Told, number>> = {}
  const inSlice: Partial<Record<Told, number>> = {}
  const [first, final, ofSlice]: Latencies[] = [latencies(), latencies(), latencies()]
  const seconds: number[] = []
  const rows: { counts: typeof inSlice; ms: Percentiles | null; queues: Queues }[] = []
  return {
    told(outcome, count) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count
      inSlice[outcome] = (inSlice[outcome] ?? 0) + count
    },
    firstAnswered: (ms, weight) => first!.add(ms, weight),
    finallyAnswered(ms, weight) {
      final!.add(ms, weight)
      ofSlice!.add(ms, weight)
    },
    passed(nowMs, queues) {
      if ((nowMs + 1) % SLICE_MS !== 0) return
      seconds.push((nowMs + 1 - SLICE_MS) / 1000)
      rows.push({ counts: { ...inSlice }, ms: ofSlice!.percentiles(), queues: queues() })
      for (const name of Object.keys(inSlice) as Told[]) inSlice[name] = 0
      ofSlice!.clear()
    },
    result: () => ({
      attempts: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
      outcomes,
      firstAnswerMs: first!.percentiles(),
      finalAnswerMs: final!.percentiles(),
      overTime: {
        seconds,
        perSecond: Object.fromEntries(
          (Object.keys(outcomes) as Told[]).map((name) => [
            name,
            rows.map(({ counts }) => ((counts[name] ?? 0) / SLICE_MS) * 1000),
          ]),
        ),
        finalAnswerMs: {
          p50: rows.map(({ ms }) => ms?.p50 ?? null),
          p99: rows.map(({ ms }) => ms?.p99 ?? null),
        },
        queues: {
          gatewayLine: rows.map(({ queues }) => queues.gatewayLine),
          redisMs: rows.map(({ queues }) => queues.redisMs),
          comingBack: rows.map(({ queues }) => Math.round(queues.comingBack)),
        },
      },
    }),
  }
}
