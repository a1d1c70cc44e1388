// node bench/measured.ts: writes what the result files say of a core into the file that `seckill plan` is
// shipped with. `npm run bench` does it after each scenario.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { measuredFigures } from './report/measured-figures.ts'

const MEASURED = join(import.meta.dirname, '../src/plan/measured.json')

export const writeMeasured = (): Promise<void> =>
  writeFile(MEASURED, `${JSON.stringify(measuredFigures(), null, 2)}\n`)

if (import.meta.main) await writeMeasured()
