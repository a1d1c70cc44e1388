// Asks the independent auditor, as a process of its own: it shares no code with anything here. It reads
// the server's database, what the engine says of itself and the log of answers, and its word counts.

import { execFile } from 'node:child_process'
import { join } from 'node:path'

const AUDITOR = join(import.meta.dirname, '../../audit/auditor.ts')
const ANSWERS_WITHIN_MS = 300_000
const SHOWN_MAX = 10

export interface AuditorsWord {
  holds: boolean
  broken: string[] // the first of what it found, or why it could not say
}

export const askAuditor = (of: {
  database: string
  answers: string
  books: string // what the audit endpoint answered, a file
  saleId: string
}): Promise<AuditorsWord> => {
  const { database, answers, books, saleId } = of
  const files = ['--database', database, '--answers', answers, '--engine', books]
  const words = [...files, '--sale', saleId]
  const { promise, resolve } = Promise.withResolvers<AuditorsWord>()
  execFile(
    process.execPath,
    [AUDITOR, ...words, '--must-rest', '--json'],
    { timeout: ANSWERS_WITHIN_MS, maxBuffer: 64 << 20 },
    (error, stdout, stderr) => {
      const found = violationsIn(stdout)
      const failure = stderr.trim() || (error?.message ?? 'it said nothing')
      const broken = found ?? [`the auditor could not say: ${failure.replaceAll('\n', ' ')}`]
      resolve({ holds: error === null, broken: broken.slice(0, SHOWN_MAX) })
    },
  )
  return promise
}

const violationsIn = (stdout: string): string[] | undefined => {
  try {
    const { violations } = JSON.parse(stdout) as { violations: string[] }
    return Array.isArray(violations) ? violations.map(String) : undefined
  } catch {
    return undefined
  }
}
