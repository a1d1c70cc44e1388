// One sale: what is sold, by which rules, how long until it opens or ends, and the button.

import { insist, pause } from '../../client/ask.ts'
import { buyPanel } from './buy-panel.ts'
import { element, write } from './element.ts'
import { words } from './language.ts'
import { picture } from './picture.ts'
import { factsHere, isSame, type SaleFacts } from './sale-facts.ts'
import { badge, prices, toSales } from './sales-view.ts'
import type { Sale, SaleStatus } from '../../client/shapes.ts'
import { instant, nowMs, ticking, timeLeft } from './time.ts'
import type { View } from './view.ts'

// Of a sale whose state nobody has told yet only the facts are known, and no button opens.
type Known = SaleFacts & Partial<Pick<Sale, 'status' | 'remaining'>>

export const saleView = async (view: View) => {
  const { signal } = view
  const [saleId = ''] = view.ids
  const path = `/api/sales/${saleId}`
  const facts = factsHere(saleId)
  let shown = facts && showSale(view, facts)
  const answer = await insist<Sale>(path, { signal })
  if (!answer.ok) {
    shown?.leave()
    const heading = element('h1', {}, words().outcome['no-such-sale'])
    return view.show(words().sale, heading, toSales())
  }
  if (facts === undefined || shown === undefined || !isSame(facts, answer.body)) {
    shown?.leave()
    shown = showSale(view, answer.body)
  }
  for (let sale = answer.body; ;) {
    shown.see(sale)
    await pause(refreshMs(sale), signal)
    const newer = await insist<Sale>(path, { signal })
    if (newer.ok) sale = newer.body
  }
}

// Shows it until it is left for a newer one.
const showSale = (view: View, known: Known) => {
  let sale = known
  const leaving = new AbortController()
  view.signal.addEventListener('abort', () => leaving.abort())
  const top = badgesOf()
  const countdown = countdownOf()
  const panel = buyPanel({ ...view, signal: leaving.signal }, sale)
  const shown = { top: top.element, countdown: countdown.element, panel: panel.element }
  const { element: article, ends } = layout(sale, shown)
  view.show(sale.title, article)
  ticking(leaving.signal, () => {
    const status = statusNow(sale, nowMs())
    ends.hidden = status === 'ended'
    top.tick(sale, status)
    countdown.tick(sale, status)
    panel.see(status)
  })
  return { see: (newer: Sale) => (sale = newer), leave: () => leaving.abort() }
}

const badgesOf = () => {
  const all = element('p')
  let shown = ''
  const tick = (sale: Known, now: SaleStatus | undefined) => {
    const status = now ?? sale.status
    if (status === undefined || shown === `${status} ${sale.remaining}`) return
    shown = `${status} ${sale.remaining}`
    const few = element('span', { class: 'badge few' }, words().few)
    const isFew = status === 'open' && sale.remaining === 'few'
    all.replaceChildren(badge({ status }), ...(isFew ? [few] : []))
  }
  return { element: all, tick }
}

// What was read may be older than the start or the end. Undefined: not known, since the time is not.
export const statusNow = (sale: Known, now: number | undefined): SaleStatus | undefined => {
  if (sale.status === 'ended' || sale.status === 'paused') return sale.status
  if (now === undefined || sale.status === undefined) return undefined
  if (now >= Date.parse(sale.endsAt)) return 'ended'
  if (now < Date.parse(sale.startsAt)) return 'scheduled'
  return sale.status === 'scheduled' ? 'open' : sale.status
}

const SOON_MS = 60_000

// More often once something may happen, and never all pages at once.
const refreshMs = ({ startsAt }: SaleFacts) => {
  const isFar = Date.parse(startsAt) - (nowMs() ?? Infinity) > SOON_MS
  return (isFar ? 15_000 : 2000) * (0.75 + Math.random() / 2)
}

const layout = (
  sale: SaleFacts,
  { top, countdown, panel }: { top: HTMLElement; countdown: HTMLElement; panel: HTMLElement },
) => {
  const said = words()
  const { product } = sale
  const small = { class: 'quiet small' }
  const rules = [said.ruleLimit(sale.perBuyerLimit), said.rulePay, said.ruleRetry]
  const ends = element('p', small, said.ends(instant(sale.endsAt)))
  const article = element(
    'article',
    { class: 'sale' },
    picture(sale),
    element(
      'div',
      { class: 'sale-text' },
      top,
      element('h1', {}, sale.title),
      element('p', { class: 'quiet' }, product?.title ?? ''),
      prices(sale),
      countdown,
      panel,
    ),
    element(
      'div',
      { class: 'sale-more' },
      ...(product?.description ? [element('p', {}, product.description)] : []),
      element('h2', {}, said.rules),
      element('ul', {}, ...rules.map((rule) => element('li', {}, rule))),
      element('p', small, said.starts(instant(sale.startsAt))),
      ends,
    ),
  )
  return { element: article, ends }
}

const MINUTE_MS = 60_000
const TEN_SECONDS_MS = 10_000

// A screen reader is told at one minute, at ten seconds and at the opening, not every second.
const countdownOf = () => {
  const label = element('span', { class: 'quiet' })
  const time = element('span', { class: 'time', role: 'timer' })
  const told = element('span', { class: 'unseen', 'aria-live': 'polite' })
  const tick = (sale: SaleFacts, status: SaleStatus | undefined) => {
    const said = words()
    const now = nowMs()
    all.hidden = now === undefined || status === 'ended'
    if (now === undefined) return
    const isAhead = now < Date.parse(sale.startsAt) // a paused sale may be
    const leftMs = Date.parse(isAhead ? sale.startsAt : sale.endsAt) - now
    write(label, isAhead ? said.startsIn : said.endsIn)
    write(time, timeLeft(leftMs))
    if (!isAhead) write(told, told.textContent !== '' && status === 'open' ? said.openNow : '')
    else if (leftMs <= TEN_SECONDS_MS) write(told, said.tenSeconds)
    else if (leftMs <= MINUTE_MS) write(told, said.oneMinute)
  }
  const all = element('p', { class: 'countdown' }, label, time, told)
  return { element: all, tick }
}
