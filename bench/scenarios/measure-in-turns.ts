// Engine and baseline in turns, A B A B …, so that whatever else the machine does falls on both. The
// baseline answers what the engine has just answered; both are warm before the first turn.

import { startRecording } from '../flame/recording.ts'
import type { LoadReport } from '../load/job.ts'
import { cpuTimeMs, watchShares } from '../servers/cpu-time.ts'
import { readAnswer } from '../servers/read-answer.ts'
import { startBare } from '../servers/start-bare.ts'
import type { Program } from '../servers/start-program.ts'
import type { Bench, Busy, Sample, Shares } from './scenario.ts'

export interface InTurns {
  engine: Pick<Program, 'port' | 'processId'>
  others?: Record<string, number> // process ids of whom the engine needs
  crowd: string
  warmUp: number // attempts, the crowd's first
  count: number // attempts of a turn
  from: (pair: number) => number // the first of them
  request: Buffer // its answer is what the baseline gives
  // Looks at the engine's answers, and waits for what they have begun.
  finish: (turn: Turn) => Promise<Pick<Sample, 'value' | 'acceptedPerSecond' | 'recordedPerSecond'>>
}

export interface Turn extends LoadReport {
  count: number
  perSecond: number
  cpuMs: number | undefined // that the server has used for it
  serverShare: number | undefined
  shares: Shares // of the others
}

export const measureInTurns = async (bench: Bench, of: InTurns): Promise<Sample[]> => {
  const { engine, others = {}, crowd, warmUp, count, finish } = of
  await finish(await takeTurn(bench, engine, { crowd, from: 0, count: warmUp }, others))
  await using bare = await startBare(await readAnswer(engine.port, of.request), bench.cores)
  await takeTurn(bench, bare, { crowd, from: 0, count: warmUp })
  await using _recording = await startRecording(bench.flame, engine.processId)
  const samples: Sample[] = []
  for (let pair = 0; pair < bench.pairs; pair += 1) {
    const attempts = { crowd, from: of.from(pair), count }
    const ours = await takeTurn(bench, engine, attempts, others)
    const figures = await finish(ours)
    const theirs = await takeTurn(bench, bare, attempts)
    samples.push({
      ratio: figures.value / theirs.perSecond,
      ratioByCpu: ours.cpuMs && theirs.cpuMs && theirs.cpuMs / ours.cpuMs,
      baseline: theirs.perSecond,
      ...figures,
      busy: busyOf(ours, theirs),
      ...(of.others && { shares: ours.shares }),
    })
  }
  return samples
}

// Timed from the first attempt sent to the last answer read.
const takeTurn = async (
  { generator, connections }: Bench,
  { port, processId }: { port: number; processId: number | undefined },
  attempts: { crowd: string; from: number; count: number },
  others: Record<string, number> = {},
): Promise<Turn> => {
  const sharesNow = watchShares(others)
  const before = cpuTimeMs(processId)
  const report = await generator.load({ ...attempts, port, connections })
  const after = cpuTimeMs(processId)
  const tookMs = report.endedAtMs - report.startedAtMs
  const cpuMs = before === undefined || after === undefined ? undefined : after - before
  return {
    ...report,
    count: attempts.count,
    perSecond: (attempts.count / tookMs) * 1000,
    cpuMs,
    serverShare: cpuMs && cpuMs / tookMs,
    shares: sharesNow(),
  }
}

const busyOf = (engine: Turn, bare: Turn): Busy => ({
  engine: engine.serverShare,
  baseline: bare.serverShare,
  generator: Math.max(engine.busyShare, bare.busyShare),
})
