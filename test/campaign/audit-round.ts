// The end of a round: nothing is broken any more, everything comes to rest, and the independent auditor
// holds the buyers' own answers against databases, ledger and engine. Then all units of a sale can still be
// sold.

import type { Answer } from '../../audit/answers.ts'
import { auditSale } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'
import type { Chance } from '../simulation/chance.ts'
import { askUntil } from '../support/ask-redis.ts'
import type { Json } from '../support/engine.ts'
import { readAudit, sellOut } from '../support/law-holds.ts'
import type { Told } from './crowd.ts'
import type { Field } from './field.ts'
import { expires, type OpenSale } from './open-sale.ts'

export interface RoundVerdict {
  violations: string[]
  drift: number
  recorded: number // orders
}

const RESTS = { withinMs: 60_000, wanted: 'all is at rest' }

export const auditRound = async (
  field: Field,
  { told, chance }: { told: readonly Told[]; chance: Chance },
): Promise<RoundVerdict> => {
  const sum: RoundVerdict = { violations: [], drift: 0, recorded: 0 }
  const answers = told.filter((one): one is Answer & { by: string } => one.kind !== 'payment')
  for (const sale of field.sales) {
    const of = answers.filter(({ saleId }) => saleId === sale.saleId)
    const { violations, drift, recorded } = await auditOne(field, { sale, answers: of, chance })
    sum.violations.push(...violations)
    sum.drift += drift
    sum.recorded += recorded
  }
  for (const name of field.cluster.names())
    for (const line of brokenLines(field.cluster.process(name).output()))
      sum.violations.push(`${name} says: ${line}`)
  return sum
}

const auditOne = async (
  field: Field,
  { sale, answers, chance }: { sale: OpenSale; answers: Answer[]; chance: Chance },
): Promise<RoundVerdict> => {
  const { cluster, database } = field
  const { saleId, tokens } = sale
  const at = { server: cluster, database, saleId }
  const all = [...answers]
  try {
    if (!expires(sale)) all.push(...(await sellOut({ ...at, tokens, chance })))
  } catch (error) {
    return { violations: [`sale ${saleId} P5: ${String(error)}`], drift: 0, recorded: 0 }
  }
  const look = async () => {
    const books: Json = await readAudit(at)
    const engines = books.engine === undefined ? {} : { [saleId]: books as EngineBook }
    return { books, verdict: await auditSale({ database, answers: all, engines, saleId }) }
  }
  type Seen = Awaited<ReturnType<typeof look>>
  const isAtRest = ({ books, verdict }: Seen) => books.engine === 'open' && verdict.atRest
  const rested = await askUntil(look, isAtRest, RESTS).catch(() => undefined)
  const { books, verdict } = rested ?? (await look())
  const { drift = NaN, oversold, duplicateBuyers, live, released } = books
  const books0 = Object.entries({ drift, oversold, duplicateBuyers })
  return {
    violations: [
      ...verdict.violations,
      ...(rested ? [] : [`sale ${saleId} is not at rest: ${verdict.sales[0]!.waiting.join()}`]),
      ...books0
        .filter(([, count]) => count !== 0)
        .map(([name, count]) => `sale ${saleId}: ${name} ${count}`),
    ],
    drift,
    recorded: live + released,
  }
}

const BROKEN = /"msg":"(drift|a promise was broken)"/

const brokenLines = (output: string): string[] =>
  output.split('\n').filter((line) => BROKEN.test(line))
