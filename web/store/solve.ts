// Starts the solver beside the page and waits for what it finds. Its program is the one address that may
// run there, and the only one that the page's policy of trusted types lets through.

import { canSolve, type Found, type Puzzle } from '../../client/proof-of-work.ts'
import type { Told } from './solver-worker.ts'
import ADDRESS from './solver-worker.ts?worker&url'

const TRIES_MAX = 10_000_000 // nobody has to try more, whatever a puzzle says

// Undefined: it cannot be solved here. Throws when the signal is aborted. `progress` is from 0 to 1.
export const solve = (
  puzzle: Puzzle,
  { signal, progress }: { signal: AbortSignal; progress: (done: number) => void },
): Promise<Found | undefined> => {
  const max = Math.min(Number(puzzle.data.difficulty), TRIES_MAX)
  if (!canSolve(puzzle) || !(max > 0)) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const worker = new Worker(SOLVER, { type: 'module' })
    const end = () => {
      worker.terminate()
      signal.removeEventListener('abort', stop)
    }
    const stop = () => {
      end()
      reject(signal.reason as Error)
    }
    worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      if ('tried' in data) return progress(data.tried / max)
      end()
      resolve(data.found)
    })
    worker.addEventListener('error', () => {
      end()
      resolve(undefined)
    })
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()
    worker.postMessage({ puzzle, max })
  })
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(): string },
  ): { createScriptURL(from: string): string }
}

// A browser that knows no trusted types takes the address as it is.
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
const policy = trustedTypes?.createPolicy('solver', { createScriptURL: () => ADDRESS })
const SOLVER = policy?.createScriptURL(ADDRESS) ?? ADDRESS
