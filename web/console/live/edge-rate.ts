// How many requests a second the edge has, as its nginx counts them. Where there is none in front nothing
// answers there, and it is asked again only now and then.

import { bearer } from '../asking/api.ts'
import { pause } from '../asking/pause.ts'
import { session } from '../asking/session.ts'

const EVERY_MS = 1000
const NO_EDGE_MS = 60_000

interface Reading {
  requests: number
  atMs: number
}

// Ends when the signal is aborted. Undefined: nobody counts.
export const followEdge = async (
  seen: (perSecond: number | undefined) => void,
  signal: AbortSignal,
) => {
  let before: Reading | undefined
  for (;;) {
    const now = await read(signal)
    signal.throwIfAborted()
    seen(now && before && rateBetween(before, now))
    before = now
    await pause(now ? EVERY_MS : NO_EDGE_MS, signal)
  }
}

// An nginx that was started anew counts from 0.
const rateBetween = (before: Reading, now: Reading): number =>
  Math.max(0, (1000 * (now.requests - before.requests)) / (now.atMs - before.atMs))

// The last of three numbers in a line of their own: connections, those that were handled, requests.
const COUNTS = /^ *\d+ +\d+ +(\d+) *$/m

const read = async (signal: AbortSignal): Promise<Reading | undefined> => {
  try {
    const headers = bearer(session()?.key ?? '')
    const response = await fetch('/api/admin/edge', { headers, credentials: 'omit', signal })
    const requests = COUNTS.exec(await response.text())?.[1]
    if (!response.ok || requests === undefined) return undefined
    return { requests: Number(requests), atMs: performance.now() }
  } catch {
    return undefined
  }
}
