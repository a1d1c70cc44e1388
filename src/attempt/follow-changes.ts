// Keeps what a process knows in step with home, by the news that others append: reads everything at
// first, when news were missed, and every few seconds in case one was never written; otherwise what the
// news name.

import type { Change, ChangesCursor } from '../ports/changes.ts'
import type { Ports } from '../ports/ports.ts'

export interface Follower {
  readAll(): Promise<void>
  readChanged(changes: Change[]): Promise<void>
}

const ALL_EVERY_MS = 5000

// Each call brings the follower up to what home knows when it is called.
export const followChanges = (
  { changes, clock }: Pick<Ports, 'changes' | 'clock'>,
  { readAll, readChanged }: Follower,
): (() => Promise<void>) => {
  let cursor: ChangesCursor | undefined
  let allAtMs = -Infinity

  const followAll = async () => {
    const nowMs = clock.nowMs()
    const end = await changes.end() // before the rows: a change in between is then read twice
    await readAll()
    cursor = end
    allAtMs = nowMs
  }

  return async () => {
    if (cursor === undefined || clock.nowMs() >= allAtMs + ALL_EVERY_MS) return followAll()
    const news = await changes.readSince(cursor)
    if (news.missed) return followAll()
    await readChanged(news.changes)
    cursor = news.cursor
  }
}
