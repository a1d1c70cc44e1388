// The terms of a sale, as they are.

import { instant, money, timeZone, whole } from '../pieces/format.ts'
import { words } from '../language.ts'
import { LIMIT_NAMES } from './terms.ts'
import { making } from './words.ts'
import type { Sale } from '../shapes.ts'

export const SaleFacts = ({ sale }: { sale: Sale }) => {
  const said = words()
  const { admissions, moreTerm } = making()
  const facts: [string, string][] = [
    [said.term.price, money(sale.price, sale.currency)],
    [said.starts, instant(sale.startsAt)],
    [said.ends, instant(sale.endsAt)],
    [said.term.perBuyerLimit, whole(sale.perBuyerLimit)],
    [said.term.payWithinMs, said.minutes(whole(sale.payWithinMs / 60_000))],
    ...limitsOf(sale),
    [said.strategy, said.strategies[sale.strategy] ?? sale.strategy],
    ...(sale.segments > 1
      ? ([[moreTerm.segments, whole(sale.segments)]] as [string, string][])
      : []),
    [moreTerm.admission, admissions[sale.admission] ?? sale.admission],
    [moreTerm.tokensFromMs, said.minutes(whole(sale.tokensFromMs / 60_000))],
    [said.saleId, sale.saleId],
    [said.productId, sale.productId],
    [said.version, whole(sale.version)],
  ]
  return (
    <section class="card">
      <h2>{said.facts}</h2>
      <p class="quiet small">{said.inZone(timeZone())}</p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const limitsOf = ({ limits }: Sale): [string, string][] => {
  const said = words()
  const set = LIMIT_NAMES.flatMap((name): [string, string][] => {
    const value = limits[name]
    if (value === undefined) return []
    const text = typeof value === 'number' ? whole(value) : (said.challenges[value] ?? value)
    return [[said.term[name], text]]
  })
  return set.length > 0 ? set : [[said.limits, said.noLimits]]
}
