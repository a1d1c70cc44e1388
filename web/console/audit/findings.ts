// What an audit says: each law of the books with its numbers, and each promise. Nothing is called right that
// could not be compared.

import { whole } from '../pieces/format.ts'
import { words } from '../language.ts'
import type { Audit } from '../shapes.ts'

export type Level = 'good' | 'bad' | 'unknown'

export interface Finding {
  level: Level
  claim: string
  numbers: string
}

export const findings = (audit: Audit) => {
  const books = booksOf(audit)
  const promises = promisesOf(audit)
  const levels = [...books, ...promises].map(({ level }) => level)
  const verdict: Level = levels.includes('bad')
    ? 'bad'
    : levels.includes('unknown')
      ? 'unknown'
      : 'good'
  return { verdict, books, promises }
}

const booksOf = (audit: Audit): Finding[] => {
  const { law } = words()
  const { total, available, returning, held, inTransfer, homeAvailable, live, pending, paid } =
    audit
  const inEngine = sum(law.engine, total, [available, returning, held, inTransfer])
  return [
    ENGINE[audit.engine](inEngine),
    sum(law.home, total, [homeAvailable, live]),
    sum(law.orders, live, [pending, paid]),
  ]
}

const ENGINE: Record<Audit['engine'], (open: Finding) => Finding> = {
  open: (open) => open,
  rebuilding: (open) => ({ ...open, level: 'unknown' }),
  absent: ({ claim }) => ({ level: 'good', claim, numbers: words().law.engineAbsent }),
}

const sum = (claim: string, whole_: number, parts: number[]): Finding => {
  const added = parts.reduce((all, part) => all + part, 0)
  const sign = added === whole_ ? '=' : '≠'
  const numbers = `${whole(whole_)} ${sign} ${parts.map(whole).join(' + ')}`
  return { level: added === whole_ ? 'good' : 'bad', claim, numbers }
}

const promisesOf = (audit: Audit): Finding[] => {
  const { promise, told } = words()
  const { live, total, oversold, drift, duplicateBuyers, rejected, released } = audit
  const isZero = (count: number): Level => (count === 0 ? 'good' : 'bad')
  const driftLevel: Level = drift === null ? 'unknown' : isZero(drift)
  const differ = drift === null ? words().unknown : told.drift(whole(drift))
  const rejections = told.rejected(whole(rejected))
  const p4: Level = duplicateBuyers > 0 ? 'bad' : driftLevel
  return [
    {
      level: isZero(oversold),
      claim: promise.p1,
      numbers: told.p1(whole(live), whole(total), whole(oversold)),
    },
    { level: driftLevel, claim: promise.p2, numbers: `${differ} ${rejections}` },
    {
      level: isZero(duplicateBuyers),
      claim: promise.p3,
      numbers: `${told.p3(whole(duplicateBuyers))} ${told.released(whole(released))}`,
    },
    { level: p4, claim: promise.p4, numbers: `${differ} ${told.p3(whole(duplicateBuyers))}` },
  ]
}
