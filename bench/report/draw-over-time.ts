// The pictures of S10 and S11, drawn from what their result files say, and from nothing else.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { overTimePlot } from './over-time-plot.ts'
import type { Result } from './result.ts'

// By the scenario whose picture it is.
export const OVER_TIME_PICTURES: Record<string, { file: string; title: string }> = {
  S10: {
    file: 'docs/images/herd-at-opening.svg',
    title: 'A herd of ten times the sustained rate, at the opening',
  },
  S11: {
    file: 'docs/images/overload.svg',
    title: 'Twice the sustained rate, and then four fifths of it',
  },
}

const ROOT = join(import.meta.dirname, '../..')

export const overTimePicture = async (scenario: string): Promise<string> => {
  const text = await readFile(join(ROOT, 'bench/results', `${scenario}.json`), 'utf8')
  const { overTime } = JSON.parse(text) as Result
  return overTimePlot(OVER_TIME_PICTURES[scenario]!.title, overTime!)
}

export const drawOverTime = async (scenario: string): Promise<void> =>
  writeFile(join(ROOT, OVER_TIME_PICTURES[scenario]!.file), await overTimePicture(scenario))
