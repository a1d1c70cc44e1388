// All sales there are.

import { insist, pause } from '../../client/ask.ts'
import { element } from './element.ts'
import { locale, words } from './language.ts'
import { money } from './money.ts'
import { picture } from './picture.ts'
import type { SaleFacts } from './sale-facts.ts'
import type { Sale } from '../../client/shapes.ts'
import { instant, nowMs } from './time.ts'
import { saleAddress, type View } from './view.ts'

export const salesView = async ({ signal, show }: View) => {
  const said = words()
  const all = element('div')
  let shown = ''
  for (;;) {
    const answer = await insist<{ sales: Sale[] }>('/api/sales', { signal })
    const sales = answer.ok ? answer.body.sales : []
    const isFirst = shown === ''
    const isNew = shown !== JSON.stringify(sales)
    // Not under the fingers of whoever goes through the list by keyboard.
    if (isNew && !all.contains(document.activeElement)) {
      all.replaceChildren(listOf(sales))
      shown = JSON.stringify(sales)
    }
    if (isFirst) show(said.sales, element('h1', {}, said.sales), all)
    await pause(REFRESH_MS * (0.75 + Math.random() / 2), signal)
  }
}

const REFRESH_MS = 5000

const listOf = (sales: Sale[]) =>
  sales.length === 0
    ? element('p', { class: 'quiet' }, words().noSales)
    : element('ul', { class: 'cards' }, ...sales.map(card))

const card = (sale: Sale) =>
  element(
    'li',
    { class: 'card' },
    picture(sale),
    element(
      'div',
      { class: 'card-text' },
      badge(sale),
      element('h2', {}, element('a', { href: saleAddress(sale.saleId) }, sale.title)),
      element('p', { class: 'quiet' }, sale.product?.title ?? ''),
      prices(sale),
      element('p', { class: 'quiet small' }, when(sale)),
    ),
  )

// A sale that was closed has ended before its time.
const when = ({ endsAt, startsAt, status }: Sale) => {
  const said = words()
  if (status === 'ended') return ''
  const isAhead = status === 'scheduled' || Date.parse(startsAt) > (nowMs() ?? Infinity)
  return isAhead ? said.starts(instant(startsAt)) : said.ends(instant(endsAt))
}

export const toSales = () => element('p', {}, element('a', { href: '/' }, words().toSales))

export const badge = ({ status }: Pick<Sale, 'status'>) =>
  element('span', { class: `badge ${status}` }, words().saleStatus[status])

export const prices = ({ price, currency, listPrice }: SaleFacts) => {
  const said = words()
  const shown = (label: string, amount: number, tag: 'strong' | 's') =>
    element(
      tag,
      {},
      element('span', { class: 'unseen' }, `${label}: `),
      money(amount, currency, locale()),
    )
  const now = shown(said.price, price, 'strong')
  const isLess = listPrice !== undefined && listPrice > price
  return element(
    'p',
    { class: 'prices' },
    now,
    ...(isLess ? [shown(said.listPrice, listPrice, 's')] : []),
  )
}
