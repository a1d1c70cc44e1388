// The account of a buyer and how much is kept about him.

import { ordersAddress } from '../orders/filter.ts'
import { instant, whole } from '../pieces/format.ts'
import type { Buyer, Counts } from './shapes.ts'
import { buyerWords } from './words.ts'

export const BuyerFacts = ({ buyer }: { buyer: Buyer }) => {
  const { buyerId, account, counts } = buyer
  const said = buyerWords()
  const { name, subject, createdAt, erasedAt } = account ?? {}
  const facts: [string, string | undefined][] = [
    [said.name, name],
    [said.subject, subject],
    [said.since, createdAt && instant(createdAt)],
    [said.erasedAt, erasedAt && instant(erasedAt)],
  ]
  const parts = Object.keys(said.count) as (keyof Counts)[]
  return (
    <>
      <section class="card">
        <h2>{said.account}</h2>
        {account ? <Facts facts={facts} /> : <p class="quiet">{said.noAccount}</p>}
      </section>
      <section class="card">
        <h2>{said.counts}</h2>
        <Facts facts={parts.map((part) => [said.count[part], whole(counts[part])])} />
        <a href={ordersAddress({ buyerId })}>{said.itsOrders}</a>
      </section>
    </>
  )
}

const Facts = ({ facts }: { facts: [string, string | undefined][] }) => (
  <dl class="facts">
    {facts
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)
