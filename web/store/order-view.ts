// One order: what became of it, as it happens, and what it is.

import { account, forget } from './account.ts'
import { ask } from '../../client/ask.ts'
import { element, write } from './element.ts'
import { locale, words } from './language.ts'
import { totalOf } from './money.ts'
import { payPanel } from './pay-panel.ts'
import type { Order, Sale } from '../../client/shapes.ts'
import { signInForm } from './sign-in-form.ts'
import { instant } from './time.ts'
import { beside, saleAddress, type View } from './view.ts'
import { watchOrder } from '../../client/watch-order.ts'

export const orderView = async (view: View) => {
  const { ids, show, signal } = view
  const [saleId = '', orderId = ''] = ids
  const token = account()?.sessionToken
  const said = words()
  const heading = element('h1', {}, said.order)
  if (token === undefined) return show(said.order, heading, signInForm(signal))
  const page = orderPage(view, { saleId, orderId, token })
  const last = await watchOrder({ orderId, saleId, token, signal, seen: page.see })
  if (!('code' in last)) return
  if (last.status === 401) return forget('ran out')
  const back = element('a', { href: saleAddress(saleId) }, said.backToSale)
  show(said.order, heading, element('p', {}, said.noSuchOrder), element('p', {}, back))
}

// Shown when the order is seen for the first time, and kept up to date from then on.
const orderPage = (view: View, of: { saleId: string; orderId: string; token: string }) => {
  const said = words()
  const heading = element('h1', {}, said.order)
  const status = element('p', { class: 'status' })
  const text = element('p')
  const state = element('div', { class: 'state', role: 'status' }, status, text)
  const facts = element('dl')
  const sale = element('a', { href: saleAddress(of.saleId) }, said.backToSale)
  const panel = payPanel(view, of)
  const all = [heading, state, panel.element, facts, element('p', {}, sale)]
  let isShown = false

  const see = (seen: Order) => {
    state.dataset.status = seen.status
    write(status, said.orderStatus[seen.status])
    write(text, seen.refundDue ? said.refundDue : said.orderSaid[seen.status])
    facts.replaceChildren(...factsOf(seen))
    panel.see(seen)
    if (isShown) return
    isShown = true
    view.show(said.order, element('article', { class: 'order' }, ...all))
    beside(view.signal, nameSale(sale, { ...of, signal: view.signal }))
  }
  return { see }
}

const factsOf = (order: Order): HTMLElement[] => {
  const said = words()
  const facts: [string, string][] = [
    [said.orderNumber, order.orderId],
    [said.howMany, said.units(order.units)],
    [said.total, totalOf(order, locale())],
    [said.ordered, instant(order.createdAt)],
  ]
  return facts.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value)),
  )
}

const nameSale = async (link: HTMLElement, of: { saleId: string; signal: AbortSignal }) => {
  const answer = await ask<Sale>(`/api/sales/${of.saleId}`, { signal: of.signal })
  if (answer.ok) write(link, words().toSale(answer.body.title))
}
