// All sales, newest first, with what is left of each; and the button that stops everything.

import { useEffect, useState } from 'preact/hooks'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import { call } from '../asking/api.ts'
import { instant, whole } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { words } from '../language.ts'
import { usePolled } from '../asking/polled.ts'
import { Refused } from '../pieces/refusal.tsx'
import { session } from '../asking/session.ts'
import type { Sale, Stock } from '../shapes.ts'

const PAGE = 20
const LOOK_EVERY_MS = 5000

export const SalesView = () => {
  const said = words()
  const [count, setCount] = useState(PAGE)
  const path = `/api/admin/sales?limit=${count}`
  const { body, refusal, reload } = usePolled<{ sales: Sale[]; nextCursor?: string }>(
    path,
    LOOK_EVERY_MS,
  )
  const stocks = useStocks(body?.sales)
  const [stopping, setStopping] = useState(false)
  const [news, setNews] = useState('')
  const stopped = (answer: { paused: string[] }) => {
    setNews(said.stopped(answer.paused.length))
    reload()
  }
  return (
    <>
      <Heading title={said.sales}>
        {session()?.role === 'operator' ? (
          <button type="button" class="danger" onClick={() => setStopping(true)}>
            {said.action.stop}
          </button>
        ) : null}
      </Heading>
      <p role="status">{news}</p>
      <Refused refusal={refusal} />
      {body === undefined ? <p class="quiet">{refusal ? '' : said.loading}</p> : null}
      {body?.sales.length === 0 ? <p>{said.noSales}</p> : null}
      {body && body.sales.length > 0 ? <SalesTable sales={body.sales} stocks={stocks} /> : null}
      {body?.nextCursor !== undefined && count < COUNT_MAX ? (
        <button type="button" class="plain" onClick={() => setCount(count + PAGE)}>
          {said.more}
        </button>
      ) : null}
      {stopping ? (
        <ActionDialog
          title={said.action.stop}
          says={said.actionSaid.stop}
          isDangerous
          path="/api/admin/stop"
          reason="needed"
          onDone={stopped}
          onClose={() => setStopping(false)}
        />
      ) : null}
    </>
  )
}

const COUNT_MAX = 980 // a page of the API has at most 999

const SalesTable = ({ sales, stocks }: { sales: Sale[]; stocks: Map<string, Stock> }) => {
  const { column, saleStatus, rehearsal, leftOf } = words()
  const unitsOf = (saleId: string) => {
    const stock = stocks.get(saleId)
    return stock ? leftOf(whole(stock.total - stock.live), whole(stock.total)) : '…'
  }
  return (
    <table class="sales">
      <thead>
        <tr>
          <th>{column.title}</th>
          <th>{column.status}</th>
          <th>{column.units}</th>
          <th>{column.when}</th>
        </tr>
      </thead>
      <tbody>
        {sales.map(({ saleId, title, status, startsAt, endsAt, rehearsal: isRehearsal }) => (
          <tr key={saleId}>
            <td>
              <a href={`#/sales/${saleId}`}>{title}</a>
            </td>
            <td>
              <span class={`badge ${status}`}>{saleStatus[status]}</span>
              {isRehearsal ? <span class="badge">{rehearsal}</span> : null}
            </td>
            <td>{unitsOf(saleId)}</td>
            <td class="quiet">
              {instant(startsAt)} – {instant(endsAt)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

// The list has no units: each sale is asked for, a few at a time.
const useStocks = (sales: Sale[] | undefined): Map<string, Stock> => {
  const [stocks, setStocks] = useState(new Map<string, Stock>())
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const left = [...(sales ?? [])]
    const read = async () => {
      for (let sale = left.shift(); sale !== undefined; sale = left.shift()) {
        const { saleId } = sale
        const answer = await call<Sale>(`/api/admin/sales/${saleId}`, { signal })
        const stock = answer.ok ? answer.body.stock : undefined
        if (stock) setStocks((before) => new Map(before).set(saleId, stock))
      }
    }
    for (let at = 0; at < AT_ONCE; at += 1)
      read().catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    return () => leaving.abort()
  }, [sales])
  return stocks
}

const AT_ONCE = 4
