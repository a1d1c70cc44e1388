// How much of the machine the generator took for itself: figures measured by a generator without time
// to spare are also its own.

import type { Measured } from './result.ts'

export interface GeneratorUse {
  processes: number
  cpuShare: number // of one core: user + system of all its processes / wall, the whole story
  openingCpuShare: number // the same of the busiest process, in the opening
  busy: boolean
}

const BUSY_SHARE = 0.85 // of a core
const LATE_SHARE = 0.01 // of the attempts

export const generatorUse = ({ options, counted, cpu }: Measured): GeneratorUse => {
  const { tally, cpuMs, busiestOpeningMs } = counted
  const openingMs = tally.openingEndedAtMs - tally.timeline.openedAtMs
  const openingCpuShare = openingMs > 0 ? busiestOpeningMs / openingMs : 0
  const sent = Object.values(tally.sent).reduce((sum, times) => sum + times, 0)
  const lateByItself = tally.late - tally.queued
  return {
    processes: options.processes,
    cpuShare: rounded((cpu.ownMs + cpuMs) / cpu.wallMs),
    openingCpuShare: rounded(openingCpuShare),
    busy: openingCpuShare > BUSY_SHARE || lateByItself > sent * LATE_SHARE,
  }
}

const rounded = (value: number) => Math.round(value * 1000) / 1000
