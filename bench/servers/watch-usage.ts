// What a server that has tell-usage.ts in it holds, each time it is asked.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ToldUsage } from './tell-usage.ts'

export interface Usage {
  atMs: number // epoch milliseconds
  heapMiB: number // after a collection
  rssMiB: number
  handles: number // all that keeps the process awake: sockets, servers, timers, requests
  connections: number // of them TCP
  files: number // open descriptors, connections among them
}

// For the settings of a program.
export const tellsUsage = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${join(import.meta.dirname, 'tell-usage.ts')}`,
  TELL_USAGE_TO: file,
})

const TELLS_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 20

export const readUsage = async (of: { processId: number; file: string }): Promise<Usage> => {
  const before = linesOf(of.file).length
  process.kill(of.processId, 'SIGUSR2')
  const lateMs = performance.now() + TELLS_WITHIN_MS
  for (;;) {
    await sleep(LOOK_EVERY_MS)
    const lines = linesOf(of.file)
    if (lines.length > before) return usageOf(JSON.parse(lines.at(-1)!) as ToldUsage, of)
    if (performance.now() > lateMs)
      throw new Error(`process ${of.processId} does not tell its usage`)
  }
}

// Only lines that have come to their end.
const linesOf = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return [] // it has told nothing yet
  }
}

const usageOf = (told: ToldUsage, { processId }: { processId: number }): Usage => ({
  atMs: Date.now(),
  heapMiB: mebibytes(told.heapBytes),
  rssMiB: mebibytes(told.rssBytes),
  handles: Object.values(told.resources).reduce((sum, count) => sum + count, 0),
  connections: told.resources['TCPSocketWrap'] ?? 0,
  files: readdirSync(`/proc/${processId}/fd`).length,
})

const mebibytes = (bytes: number): number => Math.round((bytes / 2 ** 20) * 100) / 100
