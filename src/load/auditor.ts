// Asks the independent auditor, as a process of its own: it shares no code with anything here. It reads
// the server's database, what the engine says of itself and the log of answers, and its word counts.
// URLs of databases are told in the environment: arguments are seen by all users of the machine.

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
  database: string // a file, or mysql://…,mysql://…
  answers: string
  books: string // what the audit endpoint answered, a file
  saleId: string
}): Promise<AuditorsWord> => {
  const { database, answers, books, saleId } = of
  const isFile = !database.startsWith('mysql:')
  const place = isFile ? ['--database', database] : []
  const words = [...place, '--answers', answers, '--engine', books, '--sale', saleId]
  const limits = { timeout: ANSWERS_WITHIN_MS, maxBuffer: 64 << 20 }
  const { promise, resolve } = Promise.withResolvers<AuditorsWord>()
  execFile(
    process.execPath,
    [AUDITOR, ...words, '--must-rest', '--json'],
    isFile ? limits : { ...limits, env: { SECKILL_STORE_URL: database } },
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
