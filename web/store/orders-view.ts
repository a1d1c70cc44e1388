// The buyer's own orders, the newest first.

import { account, forget } from './account.ts'
import { ask, insist } from '../../client/ask.ts'
import { element } from './element.ts'
import { locale, words } from './language.ts'
import { totalOf } from './money.ts'
import type { Order, Sale } from '../../client/shapes.ts'
import { toSales } from './sales-view.ts'
import { signInForm } from './sign-in-form.ts'
import { instant } from './time.ts'
import { beside, orderAddress, type View } from './view.ts'

export const ordersView = async ({ show, signal }: View) => {
  const said = words()
  const heading = element('h1', {}, said.orders)
  const token = account()?.sessionToken
  if (token === undefined) return show(said.orders, heading, signInForm(signal))
  const list = element('ul', { class: 'rows' })
  const none = element('div', {}, element('p', { class: 'quiet' }, said.noOrders), toSales())
  const more = element('button', { type: 'button', class: 'plain', hidden: true }, said.more)
  const titles = await titlesOf(signal)
  let cursor = ''

  const load = async () => {
    const path = `/api/orders${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`
    const answer = await insist<{ orders: Order[]; nextCursor?: string }>(path, { token, signal })
    if (!answer.ok) return answer.status === 401 && forget('ran out')
    list.append(...answer.body.orders.map((order) => row(order, titles.get(order.saleId))))
    cursor = answer.body.nextCursor ?? ''
    more.hidden = cursor === ''
    none.hidden = list.childElementCount > 0
  }
  more.addEventListener('click', () => beside(signal, load()))
  await load()
  show(said.orders, heading, none, list, more)
}

// Of the sales that are still shown.
const titlesOf = async (signal: AbortSignal) => {
  const answer = await ask<{ sales: Sale[] }>('/api/sales', { signal })
  const sales = answer.ok ? answer.body.sales : []
  return new Map(sales.map(({ saleId, title }) => [saleId, title]))
}

const row = (order: Order, title: string | undefined) => {
  const said = words()
  const { createdAt, orderId, status } = order
  const badge = element('span', { class: `badge ${status}` }, said.orderStatus[status])
  const link = element('a', { href: orderAddress(order) }, title ?? `${said.order} ${orderId}`)
  const facts = [said.units(order.units), totalOf(order, locale()), instant(createdAt)].join(' · ')
  const small = element('p', { class: 'quiet small' }, facts)
  return element('li', {}, element('p', {}, link, badge), small)
}
