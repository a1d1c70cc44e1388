// The picture of S3 and S4, drawn from what their result files say, and from nothing else.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { curvePlot } from './curve-plot.ts'
import type { Result } from './result.ts'

export const BATCH_PICTURE = 'docs/images/redis-decisions.svg'

const ROOT = join(import.meta.dirname, '../..')
const CURVES = { S3: 'accepted', S4: 'sold out' }

export const batchPicture = async (): Promise<string> => {
  const curves = await Promise.all(
    Object.entries(CURVES).map(async ([scenario, name]) => {
      const { byBatch, baseline } = await read(scenario)
      const points = byBatch!.map(({ batch, value }) => ({ at: batch, value }))
      return { name, points, beside: { name: `${name}, textbook`, value: baseline! } }
    }),
  )
  const title = 'Attempts decided per second of Redis processor time'
  return curvePlot({ title, across: 'attempts a call', curves })
}

export const drawBatches = async (): Promise<void> =>
  writeFile(join(ROOT, BATCH_PICTURE), await batchPicture())

const read = async (scenario: string): Promise<Result> =>
  JSON.parse(await readFile(join(ROOT, 'bench/results', `${scenario}.json`), 'utf8')) as Result
