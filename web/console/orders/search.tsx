// What orders are looked for by. Searching changes the address; the list follows it.

import { useState } from 'preact/hooks'
import { usePolled } from '../asking/polled.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { pieceWords } from '../pieces/words.ts'
import type { Sale } from '../shapes.ts'
import { type OrderFilter, ordersAddress } from './filter.ts'
import { ORDER_STATUSES } from './shapes.ts'
import { orderWords } from './words.ts'

const SALES_EVERY_MS = 60_000
const SALES_SHOWN = 200

export const useSales = (): Sale[] =>
  usePolled<{ sales: Sale[] }>(`/api/admin/sales?limit=${SALES_SHOWN}`, SALES_EVERY_MS).body
    ?.sales ?? []

interface SearchProps {
  filter: OrderFilter
  sales: Sale[]
  onAgain: () => void // the same is looked for once more
}

export const Search = ({ filter, sales, onAgain }: SearchProps) => {
  const said = orderWords()
  const { asked, faults, ask, search } = useSearch(filter, onAgain)
  const field = (name: 'orderId' | 'buyerId') => ({
    inputMode: 'numeric' as const,
    value: asked[name],
    fault: faults.includes(name) ? said.notANumber : undefined,
    onValue: (value: string) => ask({ ...asked, [name]: value }),
  })
  return (
    <form
      class="card"
      noValidate
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        search()
      }}
    >
      <div class="fields">
        <Choice
          label={said.sale}
          value={asked.saleId}
          {...(sales.length === SALES_SHOWN && { hint: said.salesSaid })}
          choices={[['', said.everySale], ...saleChoices(sales, asked.saleId)]}
          onValue={(saleId) => ask({ ...asked, saleId })}
        />
        <Choice
          label={said.state}
          value={asked.status}
          choices={[['', said.everyStatus], ...ORDER_STATUSES.map(statusChoice)]}
          onValue={(status) => ask({ ...asked, status })}
        />
        <Field label={said.buyer} {...field('buyerId')} />
        <Field label={said.orderId} hint={said.orderIdSaid} {...field('orderId')} />
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={asked.refundDue === 'true'}
          onChange={({ currentTarget }) =>
            ask({ ...asked, refundDue: currentTarget.checked ? 'true' : '' })
          }
        />
        {said.owedOnly}
      </label>
      <button class="primary">{pieceWords().search}</button>
    </form>
  )
}

const useSearch = (filter: OrderFilter, onAgain: () => void) => {
  const [asked, ask] = useState({ ...filter, orderId: '' })
  const [faults, setFaults] = useState<string[]>([])
  const search = () => {
    const { orderId, buyerId, ...rest } = asked
    const used = orderId.trim() === '' ? 'buyerId' : 'orderId'
    const isRight = isNumber(asked[used])
    setFaults(isRight ? [] : [used])
    if (!isRight) return
    const listed = ordersAddress({ ...filter, ...rest, buyerId: buyerId.trim() })
    const next = orderId.trim() === '' ? listed : `#/orders/${orderId.trim()}`
    if (next === ordersAddress(filter)) onAgain()
    location.hash = next
  }
  return { asked, faults, ask, search }
}

const isNumber = (text: string) => /^\s*\d*\s*$/.test(text)

// One that is chosen by the address may be older than those that are listed.
const saleChoices = (sales: Sale[], chosen: string): [string, string][] => {
  const listed = sales.map(({ saleId, title }): [string, string] => [
    saleId,
    `${title} (${saleId})`,
  ])
  const isListed = chosen === '' || sales.some(({ saleId }) => saleId === chosen)
  return isListed ? listed : [[chosen, orderWords().saleNumber(chosen)], ...listed]
}

const statusChoice = (status: (typeof ORDER_STATUSES)[number]): [string, string] => [
  status,
  orderWords().status[status],
]
