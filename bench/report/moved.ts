// What has moved since the results that were committed last: a figure of which neither median lies within the
// samples of the other run. What lies within may be the machine.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { median, type Result, type Summary } from './result.ts'

const ROOT = join(import.meta.dirname, '../..')

// A line for each; of a scenario that was never committed there is none.
export const movedSince = (before: Result | undefined, now: Result): string[] => {
  if (before === undefined) return []
  return partsOf(now).flatMap((part) => {
    const old = partsOf(before).find((one) => one.part === part.part)
    if (old === undefined || old.unit !== part.unit || !isApart(samplesOf(old), samplesOf(part)))
      return []
    const name = [now.scenario, part.part].filter(Boolean).join(' ')
    return [`${name}: ${shown(old)} → ${shown(part)} since ${before.commit.slice(0, 7)}`]
  })
}

export const committedResult = (scenario: string): Result | undefined => {
  const file = `HEAD:bench/results/${scenario}.json`
  try {
    const options = { cwd: ROOT, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 << 20 } as const
    return JSON.parse(execFileSync('git', ['show', file], options)) as Result
  } catch {
    return undefined // no repository, or no such file in it
  }
}

const partsOf = (result: Result): Summary[] => result.parts ?? [result]

// The ratio, which is of one run; where there is no baseline, the figure itself.
const samplesOf = ({ samples, baseline }: Summary): number[] =>
  samples.map(({ ratio, value }) => (baseline === null ? value : ratio!))

const isApart = (a: number[], b: number[]): boolean => {
  const isWithin = (value: number, of: number[]) =>
    value >= Math.min(...of) && value <= Math.max(...of)
  return !isWithin(median(a), b) && !isWithin(median(b), a)
}

const shown = ({ baseline, ratio, value, unit }: Summary): string =>
  baseline === null ? `${value} ${unit}` : `${ratio}`
