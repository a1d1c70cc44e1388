// The verdict for people: the books as a small table, then each promise with `holds` or what breaks
// it. It only spells; what is true was decided before.

import type { Finding, PromiseName, SaleVerdict, Verdict } from './audit-sale.ts'
import { instant } from './lives.ts'
import type { Summary } from './summary.ts'

const SHOWN_MAX = 20 // violations of one promise; --json shows all

const PROMISES: Record<PromiseName, string> = {
  P1: 'never oversells',
  P2: 'never breaks its word',
  P3: 'once per buyer',
  P4: 'a retry is safe',
  P5: 'nothing is stranded',
  P7: "price and terms are the server's",
  money: 'paid for once, or owed back',
}

export const report = (verdict: Verdict): string => {
  const sales = verdict.sales.map(saleReport)
  return [...sales, ...shown(verdict.outside), conclusion(verdict), ''].join('\n')
}

const saleReport = (sale: SaleVerdict): string => {
  const promises = Object.entries(PROMISES).flatMap(([name, words]) => {
    const { state, violations } = sale.promises[name as PromiseName]
    const said = `  ${name.padEnd(5)}  ${words.padEnd(32)}  ${stateWords(sale, { state, violations })}`
    return [said, ...shown(violations).map((line) => `        ${line}`)]
  })
  const notes = sale.notes.map((note) => `  note  ${note}`)
  return [`sale ${sale.saleId}`, '', ...table(sale.books), '', ...promises, ...notes, ''].join('\n')
}

const stateWords = (sale: SaleVerdict, { state, violations }: Finding): string => {
  if (state === 'broken') return `${violations.length} violation${violations.length > 1 ? 's' : ''}`
  return state === 'not at rest' ? `not at rest: ${sale.waiting.join(', ')}` : state
}

const shown = (violations: string[]): string[] => {
  const more = violations.length - SHOWN_MAX
  const first = violations.slice(0, SHOWN_MAX)
  return more > 0 ? [...first, `and ${more} more`] : first
}

const conclusion = ({ holds, atRest, violations, sales }: Verdict): string => {
  if (!holds) return `broken: ${violations.length} in ${sales.length} sales`
  return atRest ? 'all hold' : 'nothing is broken; not all is at rest'
}

const table = ({ home, ledger, orders, payments, ...seen }: Summary): string[] => {
  const { engine, waiting, peak, answers } = seen
  const lines: [string, Record<string, number | string>][] = [
    ['home', { ...home }],
    ['ledger', { ...ledger, peak: peak.units, at: peak.at === undefined ? '–' : instant(peak.at) }],
    ['orders', orders],
    ['payments', payments],
    ['engine', engine ? { ...engine } : { state: 'not asked' }],
    ['waiting', { ...waiting }],
    ['answers', answers],
  ]
  return lines.map(([name, cells]) => `  ${name.padEnd(10)}${cellsOf(cells)}`.trimEnd())
}

const cellsOf = (cells: Record<string, number | string>): string =>
  Object.entries(cells)
    .map(([name, value]) => `${name} ${value}`.padEnd(18))
    .join(' ')
