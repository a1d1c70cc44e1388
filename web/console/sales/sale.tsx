// One sale: where its units are, what can be done with it, and its terms.

import { useState } from 'preact/hooks'
import { ActionDialog, type ActionProps } from '../pieces/action-dialog.tsx'
import { Heading } from '../pieces/heading.tsx'
import { words } from '../language.ts'
import { SaleOperations } from '../operations-links.tsx'
import { ordersAddress } from '../orders/filter.ts'
import { buyingWords } from '../buying-words.ts'
import { usePolled } from '../asking/polled.ts'
import { ReadinessSummary } from '../readiness/summary.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { SaleFacts } from './sale-facts.tsx'
import { SaleMaking } from './sale-making.tsx'
import { session } from '../asking/session.ts'
import type { Sale } from '../shapes.ts'
import { UnitBar } from '../pieces/unit-bar.tsx'
import { partsOfStock } from '../pieces/units.ts'

const LOOK_EVERY_MS = 2000

export const SaleView = ({ saleId }: { saleId: string }) => {
  const said = words()
  const {
    body: sale,
    refusal,
    reload,
  } = usePolled<Sale>(`/api/admin/sales/${saleId}`, LOOK_EVERY_MS)
  if (sale === undefined)
    return refusal ? <NoSale refusal={refusal} /> : <p class="quiet">{said.loading}</p>
  const { status, stock, rehearsal, closedAt } = sale
  return (
    <>
      <a href="#/">← {said.backToSales}</a>
      <Heading title={sale.title}>
        <span class={`badge ${status}`}>{said.saleStatus[status]}</span>
        {closedAt === undefined ? null : <span class="badge">{said.closed}</span>}
        {rehearsal ? <span class="badge">{said.rehearsal}</span> : null}
      </Heading>
      <Refused refusal={refusal} />
      {status === 'scheduled' ? <ReadinessSummary saleId={saleId} /> : null}
      {stock === undefined ? null : (
        <section class="card">
          <h2>{said.units}</h2>
          <UnitBar parts={partsOfStock(stock)} />
          <p class="quiet small">
            {said.engine}: {said.engineState[stock.engine]}
          </p>
          <div class="buttons">
            <a href={`#/sales/${saleId}/audit`}>{said.audit}</a>
            <a href={ordersAddress({ saleId })}>{buyingWords().ordersOfSale}</a>
            <SaleOperations saleId={saleId} />
          </div>
        </section>
      )}
      {session()?.role === 'operator' ? <Actions sale={sale} onDone={reload} /> : null}
      <SaleMaking sale={sale} />
      <SaleFacts sale={sale} />
    </>
  )
}

const NoSale = ({ refusal }: { refusal: Parameters<typeof Refused>[0]['refusal'] }) => {
  const said = words()
  return (
    <>
      <Heading title={said.sales} />
      <Refused refusal={refusal} />
      <a href="#/">{said.backToSales}</a>
    </>
  )
}

type SaleAction = 'preheat' | 'pause' | 'resume' | 'restock' | 'close'

const REASONS: Record<SaleAction, ActionProps<unknown>['reason']> = {
  preheat: 'none',
  pause: 'optional',
  resume: 'optional',
  restock: 'needed',
  close: 'optional',
}

const actionsOf = ({ paused, closedAt, leftEngineAt, stock }: Sale): SaleAction[] => {
  if (closedAt !== undefined) return []
  const isToLoad = leftEngineAt === undefined && stock?.engine !== 'open'
  return [
    ...(isToLoad ? (['preheat'] as const) : []),
    paused ? 'resume' : 'pause',
    'restock',
    'close',
  ]
}

const Actions = ({ sale, onDone }: { sale: Sale; onDone: () => void }) => {
  const said = words()
  const [open, setOpen] = useState<SaleAction>()
  const [news, setNews] = useState<SaleAction>()
  const actions = actionsOf(sale)
  const done = (action: SaleAction) => {
    setNews(action)
    onDone()
  }
  return (
    <section class="card">
      <h2>{said.actions}</h2>
      <p role="status">{news && said.actionDone[news]}</p>
      <div class="buttons">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            class={action === 'close' ? 'danger' : ''}
            onClick={() => setOpen(action)}
          >
            {said.action[action]}
          </button>
        ))}
        {actions.length === 0 ? (
          <p class="quiet">{said.closed}</p>
        ) : (
          <a href={`#/sales/${sale.saleId}/edit`}>{said.edit}</a>
        )}
      </div>
      {open === undefined ? null : (
        <ActionDialog
          title={said.action[open]}
          says={said.actionSaid[open]}
          isDangerous={open === 'close'}
          path={`/api/admin/sales/${sale.saleId}/${open}`}
          {...(open === 'restock' && { units: said.addedUnits })}
          reason={REASONS[open]}
          onDone={() => done(open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  )
}
