// What is kept about one buyer, for operators: look, hand it out as one document, erase.

import { isId } from '../../domain/ids.ts'
import { exportBuyer } from '../../flows/operators/buyer-export.ts'
import { eraseBuyer } from '../../flows/operators/erase-buyer.ts'
import type { BuyerAccount, BuyerRow } from '../../ports/buyer-records.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { AdminBuyerView, BuyerExportView, EraseBody, ErasedView } from '../schemas/admin-buyers.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export interface AdminBuyerDeps {
  ports: Pick<Ports, 'buyerRecords' | 'clock'>
  find: FindOperator
}

interface BuyerParams {
  Params: { buyerId: string }
}

const PATH = '/api/admin/buyers/:buyerId'

export const adminBuyerRoutes = (deps: AdminBuyerDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  readRoutes(app, deps)
  eraseRoute(app, deps)
}

const readRoutes = (app: App, { ports }: AdminBuyerDeps) => {
  app.get<BuyerParams>(PATH, { schema: READ }, async ({ params }, reply) => {
    const { buyerId } = params
    const record = isId(buyerId) ? await ports.buyerRecords.read(buyerId) : undefined
    if (record === undefined) return answer(reply, problem('no-such-buyer'))
    return { buyerId, account: accountView(record.account), counts: record.counts }
  })

  app.get<BuyerParams>(`${PATH}/export`, { schema: EXPORT }, async ({ params }, reply) => {
    const { buyerId } = params
    const found = isId(buyerId) ? await exportBuyer(ports, buyerId) : undefined
    if (found === undefined) return answer(reply, problem('no-such-buyer'))
    const parts = Object.entries(found.parts).map(([part, rows]) => [part, rows.map(rowView)])
    return {
      buyerId,
      exportedAt: instant(found.exportedAtMs),
      account: accountView(found.record.account),
      ...Object.fromEntries(parts),
    }
  })
}

const eraseRoute = (app: App, { ports }: AdminBuyerDeps) => {
  app.post<BuyerParams & { Body: EraseBody }>(
    `${PATH}/erase`,
    { schema: ERASE },
    async (request, reply) => {
      const { buyerId } = request.params
      if (!isId(buyerId)) return answer(reply, problem('no-such-buyer'))
      const of = { buyerId, by: operatorOf(request), reason: request.body.reason }
      const erased = await eraseBuyer(ports, of)
      switch (erased.result) {
        case 'erased': {
          const { sessions, entries, kept } = erased
          return answer(reply, json(200, { buyerId, erased: { sessions, entries }, kept }))
        }
        case 'pending-orders':
          return answer(reply, problem('buyer-has-pending-orders', { orders: erased.orders }))
        case 'no-such-buyer':
          return answer(reply, problem('no-such-buyer'))
      }
    },
  )
}

const accountView = (account: BuyerAccount | undefined) => {
  if (account === undefined) return undefined
  const { name, subject, createdAtMs, erasedAtMs = null } = account
  return { name, subject, ...rowView({ createdAtMs, erasedAtMs }) }
}

// What is not known is left out; `createdAtMs` becomes the instant `createdAt`.
const rowView = (row: BuyerRow) =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (value === null) return []
      const isInstant = name.endsWith('Ms') && typeof value === 'number'
      return [isInstant ? [name.slice(0, -2), instant(value)] : [name, value]]
    }),
  )

const READ = route({
  summary: 'What is kept about a buyer, counted',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: AdminBuyerView },
  refusals: ['no-such-buyer'],
})

const EXPORT = route({
  summary: 'Everything that is kept about a buyer',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: BuyerExportView },
  refusals: ['no-such-buyer'],
})

const ERASE = route({
  summary: 'Erase a buyer; the answer says what is kept, and why',
  tag: 'operators',
  credentials: ['admin-key'],
  body: EraseBody,
  answers: { 200: ErasedView },
  refusals: ['forbidden', 'no-such-buyer', 'buyer-has-pending-orders'],
})
