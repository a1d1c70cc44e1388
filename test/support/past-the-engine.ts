// Writes to an engine's database as another process would, between two of its transactions. Engine and
// test run in one thread, so neither could wait for the other: a database that is busy is asked again
// in a later turn.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'

const GIVES_UP_AFTER_MS = 5000

export const pastTheEngine = async <Result>(
  { folder }: { folder: string },
  change: (database: DatabaseSync) => Result,
): Promise<Result> => {
  using database = new DatabaseSync(join(folder, 'seckill.db'), { timeout: 0 })
  const endMs = performance.now() + GIVES_UP_AFTER_MS
  for (;;)
    try {
      return change(database)
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === 5
      if (!isBusy || performance.now() > endMs) throw error
      await turn()
    }
}
