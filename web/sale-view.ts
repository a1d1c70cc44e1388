// One sale: what is sold, by which rules, how long until it opens or ends, and the button.

import { insist, pause } from './ask.ts'
import { buyPanel } from './buy-panel.ts'
import { element, write } from './element.ts'
import { words } from './language.ts'
import { picture } from './picture.ts'
import { badge, prices, toSales } from './sales-view.ts'
import type { Sale, SaleStatus } from './shapes.ts'
import { instant, nowMs, ticking, timeLeft } from './time.ts'
import type { View } from './view.ts'

export const saleView = async (view: View) => {
  const { signal, show } = view
  const [saleId = ''] = view.ids
  const answer = await insist<Sale>(`/api/sales/${saleId}`, { signal })
  if (!answer.ok) {
    const heading = element('h1', {}, words().outcome['no-such-sale'])
    return show(words().sale, heading, toSales())
  }
  let sale = answer.body
  const top = badgesOf()
  const countdown = countdownOf()
  const panel = buyPanel(view, sale)
  show(
    sale.title,
    layout(sale, { top: top.element, countdown: countdown.element, panel: panel.element }),
  )
  ticking(signal, () => {
    const status = statusNow(sale, nowMs())
    top.tick(sale, status)
    countdown.tick(sale, status)
    panel.see(status)
  })
  for (;;) {
    await pause(refreshMs(sale), signal)
    const newer = await insist<Sale>(`/api/sales/${saleId}`, { signal })
    if (newer.ok) sale = newer.body
  }
}

const badgesOf = () => {
  const all = element('p')
  let shown = ''
  const tick = (sale: Sale, status: SaleStatus = sale.status) => {
    if (shown === `${status} ${sale.remaining}`) return
    shown = `${status} ${sale.remaining}`
    const few = element('span', { class: 'badge few' }, words().few)
    const isFew = status === 'open' && sale.remaining === 'few'
    all.replaceChildren(badge({ status }), ...(isFew ? [few] : []))
  }
  return { element: all, tick }
}

// What was read may be older than the start or the end. Undefined: not known, since the time is not.
export const statusNow = (sale: Sale, now: number | undefined): SaleStatus | undefined => {
  if (sale.status === 'ended' || sale.status === 'paused') return sale.status
  if (now === undefined) return undefined
  if (now >= Date.parse(sale.endsAt)) return 'ended'
  if (now < Date.parse(sale.startsAt)) return 'scheduled'
  return sale.status === 'scheduled' ? 'open' : sale.status
}

const SOON_MS = 60_000

// More often once something may happen, and never all pages at once.
const refreshMs = ({ startsAt }: Sale) => {
  const isFar = Date.parse(startsAt) - (nowMs() ?? Infinity) > SOON_MS
  return (isFar ? 15_000 : 2000) * (0.75 + Math.random() / 2)
}

const layout = (
  sale: Sale,
  { top, countdown, panel }: { top: HTMLElement; countdown: HTMLElement; panel: HTMLElement },
) => {
  const said = words()
  const { product } = sale
  const small = { class: 'quiet small' }
  const rules = [said.ruleLimit(sale.perBuyerLimit), said.rulePay, said.ruleRetry]
  return element(
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
      ...(sale.status === 'ended' ? [] : [element('p', small, said.ends(instant(sale.endsAt)))]),
    ),
  )
}

const MINUTE_MS = 60_000
const TEN_SECONDS_MS = 10_000

// A screen reader is told at one minute, at ten seconds and at the opening, not every second.
const countdownOf = () => {
  const label = element('span', { class: 'quiet' })
  const time = element('span', { class: 'time', role: 'timer' })
  const told = element('span', { class: 'unseen', 'aria-live': 'polite' })
  const tick = (sale: Sale, status: SaleStatus | undefined) => {
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
