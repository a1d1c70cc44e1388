// A process that is started before what it needs: it waits, and says for what, once at first and then at
// every doubling of its tries. What waiting cannot make right ends it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { failureCode } from '../domain/errors.ts'
import type { Door } from '../gateway/door.ts'
import type { Running } from './start.ts'

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 1000

// What is not there, by how it shows.
const MISSING: Record<string, string> = {
  STOCK_UNREACHABLE: 'stock',
  QUEUE_UNREACHABLE: 'queue',
  STORE_UNREACHABLE: 'store',
}

export interface WaitOptions {
  door: Door
  log: Logger
  signal: AbortSignal
}

// Undefined: it was told to stop before `start` succeeded. Rejects as `start` does.
export const waitUntilStarted = async (
  start: () => Promise<Running>,
  { door, log, signal }: WaitOptions,
): Promise<Running | undefined> => {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await start()
    } catch (error) {
      const missing = MISSING[failureCode(error) ?? '']
      if (missing === undefined) throw error
      door.wait([missing])
      if (Number.isInteger(Math.log2(tries)))
        log.warn({ url: door.url, missing, tries }, `waits: ${(error as Error).message}`)
      await sleep(retryMs(tries), undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}

const retryMs = (tries: number) => Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (tries - 1))
