// Runs a property with a seed that is printed, and on failure with the command that replays it.

import { randomInt } from 'node:crypto'
import { relative } from 'node:path'
import type { TestContext } from 'node:test'
import fc from 'fast-check'

export const checkProperty = async <Steps>(
  context: TestContext,
  property: fc.IAsyncProperty<Steps>,
  { runs, file, shrinks = true }: { runs: number; file: string; shrinks?: boolean },
): Promise<void> => {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31))
  context.diagnostic(`SEED=${seed}`)
  try {
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: !shrinks })
  } catch (cause) {
    const command = `SEED=${seed} node --test ${relative(process.cwd(), file)}`
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${why}\n\nreplay: ${command}`, { cause })
  }
}
