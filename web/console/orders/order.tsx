// One order: what it is, its money, what happened to it, and what an operator may do. It is looked at again
// and again, so that money on its way back is followed until it has gone back.

import { useState } from 'preact/hooks'
import type { Refusal } from '../asking/api.ts'
import { addressOf } from '../asking/address.ts'
import { usePolled } from '../asking/polled.ts'
import { session } from '../asking/session.ts'
import { buyingWords } from '../buying-words.ts'
import { words } from '../language.ts'
import { OrderOperations } from '../operations-links.tsx'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { History } from './history.tsx'
import { OrderBadges } from './order-badges.tsx'
import { OrderFacts } from './order-facts.tsx'
import { Payments } from './payments.tsx'
import type { Entry, WholeOrder } from './shapes.ts'
import { orderWords } from './words.ts'

const LOOK_EVERY_MS = 2000

export const OrderView = ({ orderId }: { orderId: string }) => {
  const said = orderWords()
  const path = `/api/admin/orders/${orderId}`
  const { body: order, refusal, reload } = usePolled<WholeOrder>(path, LOOK_EVERY_MS)
  const logPath = addressOf('/api/admin/audit-log', { subject: `order ${orderId}` })
  const log = usePolled<{ entries: Entry[] }>(logPath, LOOK_EVERY_MS)
  const entries = log.body?.entries ?? []
  if (order === undefined)
    return refusal ? <NoOrder refusal={refusal} /> : <p class="quiet">{words().loading}</p>
  const done = () => {
    reload()
    log.reload()
  }
  return (
    <>
      <a href="#/orders">← {said.backToOrders}</a>
      <Heading title={said.orderTitle(orderId)}>
        <OrderBadges order={order} />
      </Heading>
      <Refused refusal={refusal} />
      {session()?.role === 'operator' ? <Actions order={order} onDone={done} /> : null}
      <OrderFacts order={order} />
      <Payments order={order} entries={entries} />
      <History order={order} entries={entries} />
      <OrderOperations orderId={orderId} />
    </>
  )
}

const NoOrder = ({ refusal }: { refusal: Refusal }) => {
  const said = orderWords()
  return (
    <>
      <Heading title={buyingWords().orders} />
      <Refused refusal={refusal} />
      {refusal.code === 'no-such-order' ? <p>{said.noSuchYet}</p> : null}
      <a href="#/orders">{said.backToOrders}</a>
    </>
  )
}

type OrderAction = 'cancel' | 'refund' | 'owed'

const actionsOf = ({ status, refundDue }: WholeOrder): OrderAction[] => [
  ...(status === 'pending' ? (['cancel'] as const) : []),
  ...(status === 'paid' ? (['refund'] as const) : []),
  ...(refundDue && status !== 'refunded' ? (['owed'] as const) : []),
]

const Actions = ({ order, onDone }: { order: WholeOrder; onDone: () => void }) => {
  const said = orderWords()
  const [open, setOpen] = useState<OrderAction>()
  const [news, setNews] = useState<OrderAction>()
  const actions = actionsOf(order)
  const done = (action: OrderAction) => {
    setNews(action)
    onDone()
  }
  if (actions.length === 0 && news === undefined && open === undefined) return null
  return (
    <section class="card">
      <h2>{words().actions}</h2>
      <p role="status">{news && said.actDone[news]}</p>
      <div class="buttons">
        {actions.map((action) => (
          <button key={action} type="button" class="danger" onClick={() => setOpen(action)}>
            {said.act[action]}
          </button>
        ))}
      </div>
      {open === undefined ? null : (
        <ActionDialog
          title={said.act[open]}
          says={said.actSaid[open]}
          isDangerous
          leave={said.leave}
          path={`/api/admin/orders/${order.orderId}/${open === 'cancel' ? 'cancel' : 'refund'}`}
          {...(open === 'owed' && { body: { owedOnly: true } })}
          reason="needed"
          onDone={() => done(open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  )
}
