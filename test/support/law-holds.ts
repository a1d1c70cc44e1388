// What every fault test of the Redis engine ends with: once all is at rest, the independent auditor finds
// nothing broken in the buyers' own answers, the database and what the engine says of itself, and the
// audit endpoint agrees. And every unit can still be sold.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Answer } from '../../audit/answers.ts'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import { chance, type Chance } from '../simulation/chance.ts'
import { askUntil } from './ask-redis.ts'
import type { Json } from './engine.ts'
import { startHerd } from './herd.ts'

export interface SaleAt {
  server: { url: string; adminKey: string }
  folder?: string // with its database, unless that is elsewhere
  database?: string | undefined // of a cluster: mysql://…,mysql://…
  saleId: string
}

// Whatever was broken has to heal first.
const LIMIT = { withinMs: 30_000 }

// Empty while nobody can say.
export const readAudit = async ({
  server,
  saleId,
}: Pick<SaleAt, 'server' | 'saleId'>): Promise<Json> => {
  const headers = { authorization: `Bearer ${server.adminKey}` }
  const reply = await fetch(`${server.url}/api/admin/sales/${saleId}/audit`, { headers })
  return reply.ok ? reply.json() : {}
}

// Returns the books, as the audit endpoint has them.
export const lawHolds = async (
  context: TestContext,
  { server, folder = '', saleId, answers, ...at }: SaleAt & { answers: Answer[] },
): Promise<Json> => {
  const { database = join(folder, 'seckill.db') } = at
  const look = async () => {
    const books = await readAudit({ server, saleId })
    if (books.engine === undefined) return { books, verdict: undefined }
    const engines = { [saleId]: books as EngineBook }
    const verdict = await auditSale({ database, answers, engines, saleId, mustRest: true })
    return { books, verdict }
  }
  const isAtRest = (seen: Awaited<ReturnType<typeof look>>) => seen.verdict?.atRest === true
  const { books, verdict } = await askUntil(look, isAtRest, { ...LIMIT, wanted: 'all is at rest' })
  context.diagnostic(`answers ${countsOf(answers)}; live ${books.live}, epoch ${books.epoch}`)
  assert.deepEqual(verdict!.violations, [])
  assert.deepEqual([books.drift, books.oversold, books.duplicateBuyers], [0, 0, 0])
  assert.equal(books.live, verdict!.sales[0]!.books.ledger.live)
  return books
}

const countsOf = (answers: Answer[]): string =>
  [...Map.groupBy(answers, ({ outcome }) => outcome)]
    .map(([outcome, all]) => `${outcome} ${all.length}`)
    .join(', ')

// A herd that gives nothing back, until all units are live: none was stranded. Returns its answers.
export const sellOut = async (
  at: SaleAt & { tokens: Map<string, string>; chance: Chance },
): Promise<Answer[]> => {
  const { server, saleId, tokens } = at
  const of = { url: server.url, saleId, tokens, clients: 8, cancelShare: 0, chance: at.chance }
  await using herd = startHerd(of)
  await askUntil(
    () => readAudit(at),
    ({ live, total, inTransit }) => live === total && inTransit === 0,
    { ...LIMIT, wanted: 'all units are live' },
  )
  await herd.stop()
  return herd.answers
}

// One attempt, written down as the auditor wants it.
export const attempt = async (
  url: string,
  { saleId, buyerId, token }: { saleId: string; buyerId: string; token: string },
): Promise<Answer> => {
  const sentAt = Date.now()
  const path = `${url}/api/sales/${saleId}/attempts`
  const init = { method: 'POST', headers: { authorization: `Bearer ${token}` } }
  const body: Json = await fetch(path, init)
    .then((reply) => reply.json())
    .catch(() => ({ outcome: 'no-answer' }))
  const { outcome = body.code, orderId } = body
  return { at: Date.now(), sentAt, saleId, buyerId, kind: 'attempt', outcome, orderId }
}

// SEED=7 node --test … repeats what was left to chance.
export const seeded = (context: TestContext): Chance => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  context.diagnostic(`SEED=${seed}`)
  return chance(seed)
}
