// Who changed what and why, written in the transaction of the change itself, in its database. The logs
// of all databases are read as one, by their ids: these grow with time and are never the same in two.

import { randomInt } from 'node:crypto'
import { ID_EPOCH_MS } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Database, Statements } from '../database.ts'
import { isDuplicate } from '../database/failures.ts'

const INSERT = `
  insert into audit_log (audit_id, at, made_by, change_name, subject, reason, details)
  values ?
`

export interface AuditEntry {
  by: string
  change: string
  subject: string
  reason: string
  details: object
}

interface LogDeps {
  database: Pick<Database, 'place'>
  clock: Pick<Clock, 'nowMs'>
}

export const auditLog = (deps: LogDeps) => {
  const logAll = auditLogs(deps)
  return (transaction: Statements, entry: AuditEntry): Promise<void> => logAll(transaction, [entry])
}

// Many at once. When another process has taken one of their ids in the same millisecond, there is none of
// them, and all are written again under new ones.
export const auditLogs =
  ({ database: { place }, clock }: LogDeps) =>
  async (transaction: Statements, entries: AuditEntry[]): Promise<void> => {
    if (entries.length === 0) return
    const nowMs = clock.nowMs()
    const rows = entries.map(({ by, change, subject, reason, details }) => {
      const id = auditId({ place, chance: nextChance(nowMs), nowMs })
      return [id, nowMs, by, change, subject, reason, JSON.stringify(details)]
    })
    try {
      await transaction.change(INSERT, [rows])
    } catch (error) {
      if (!isDuplicate(error)) throw error
      await auditLogs({ database: { place }, clock })(transaction, entries)
    }
  }

// 63 bits = 41 ms since 2025 | 4 place of the database | 18 chance.
const auditId = (of: { nowMs: number; place: number; chance: number }): string =>
  String((BigInt(of.nowMs - ID_EPOCH_MS) << 22n) | BigInt((of.place << 18) | of.chance))

// No entry since then has a smaller one.
export const firstAuditIdAt = (atMs: number): string =>
  auditId({ nowMs: Math.max(atMs, ID_EPOCH_MS), place: 0, chance: 0 })

const CHANCES = 2 ** 18

// Within a millisecond the entries of a process follow each other.
let last = { ms: 0, chance: 0 }

const nextChance = (nowMs: number): number => {
  const chance = nowMs === last.ms ? last.chance + 1 : randomInt(CHANCES / 2)
  last = { ms: nowMs, chance: chance % CHANCES }
  return last.chance
}
