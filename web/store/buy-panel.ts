// The button and everything around it: who may press it, when it opens, and what came of it, in words.

import { account, type Admission, enter, forget } from './account.ts'
import type { Answer } from '../../client/answer.ts'
import { ask, pause } from '../../client/ask.ts'
import { passOf } from './challenge.ts'
import { element, enable, isEnabled, write } from './element.ts'
import { words } from './language.ts'
import { type ProofPanel, proofPanel } from './proof-panel.ts'
import { type AttemptOutcome, outcomeNamed, purchase } from '../../client/purchase.ts'
import type { SaleFacts } from './sale-facts.ts'
import type { Order, SaleStatus } from '../../client/shapes.ts'
import { signInForm } from './sign-in-form.ts'
import { beside, orderAddress, type View } from './view.ts'

export interface BuyPanel {
  element: HTMLElement
  see(status: SaleStatus | undefined): void // many times a second
}

export const buyPanel = (view: View, sale: SaleFacts): BuyPanel => {
  if (account() === undefined) return signInPanel(view)
  const { saleId } = sale
  const said = words()
  const parts = partsOf(sale)
  const { button, hint, proof, result, stop, units } = parts
  let buying: AbortController | undefined
  let hasTried = false
  let before: SaleStatus | undefined

  const buy = async () => {
    if (!isEnabled(button) || buying !== undefined) return
    hasTried = true
    write(hint, '')
    write(result, said.asking)
    buying = following(view.signal)
    const { signal } = buying
    const shop = shopOf({ saleId, units: Number(units.value), signal, result, proof })
    const bought = await purchase(shop).catch(ifAborted(signal)) // `stop`, or nobody looks any more
    buying = undefined
    if (view.signal.aborted) return
    write(result, bought === undefined ? said.stopped : said.outcome[bought.outcome])
    if (bought?.outcome === 'unauthorized') forget('ran out')
    if (bought?.orderId !== undefined)
      location.hash = orderAddress({ saleId, orderId: bought.orderId })
  }
  button.addEventListener('click', () => beside(view.signal, buy()))
  stop.addEventListener('click', () => {
    buying?.abort()
    stopPreparing()
  })
  const stopPreparing = prepare({ saleId, view, hint, proof, hasTried: () => hasTried })
  beside(view.signal, showOrder({ saleId, view, panel: parts.panel }))
  return {
    element: parts.panel,
    see(status) {
      const isBuying = buying !== undefined
      stop.hidden = !isBuying && !proof.isProving()
      write(stop, isBuying ? said.stop : said.notNow)
      enable(button, !isBuying && (status === 'open' || status === 'sold-out'))
      write(button, isBuying ? said.asking : buttonWords(status, hasTried))
      if (status !== before && !isBuying) write(result, resultWords(status))
      hint.hidden = status !== 'scheduled' && status !== 'open'
      before = status
    },
  }
}

const partsOf = ({ perBuyerLimit, saleId }: SaleFacts) => {
  const said = words()
  const counts = Array.from({ length: perBuyerLimit }, (_, at) => String(at + 1))
  const options = counts.map((count) => element('option', { value: count }, count))
  const units = element('select', {}, ...options)
  const isOne = perBuyerLimit === 1
  const choice = element('label', { class: 'units', hidden: isOne }, said.howMany, units)
  const button = element('button', { type: 'button', class: 'buy' })
  const stop = element('button', { type: 'button', class: 'plain', hidden: true })
  const result = element('p', { class: 'result', role: 'status' })
  const hint = element('p', { class: 'quiet small' }, said.preparing)
  const proof = proofPanel(saleId)
  const shown = [choice, button, stop, proof.element, result, hint]
  const panel = element('div', { class: 'panel' }, ...shown)
  return { button, hint, panel, proof, result, stop, units }
}

const signInPanel = ({ signal }: View): BuyPanel => {
  const said = words()
  const why = element('span')
  const form = signInForm(signal, why)
  const over = element('p', { class: 'result', hidden: true }, said.outcome.ended)
  return {
    element: element('div', { class: 'panel' }, form, over),
    see(status) {
      write(why, status === 'scheduled' ? said.toBeReady : said.toBuy)
      form.hidden = status === 'ended'
      over.hidden = !form.hidden
    },
  }
}

const buttonWords = (status: SaleStatus | undefined, hasTried: boolean) => {
  const said = words()
  if (status === 'ended') return said.over
  if (status === undefined) return said.loading
  if (status === 'scheduled') return said.notYet
  if (status === 'paused') return said.saleStatus.paused
  return hasTried || status === 'sold-out' ? said.buyAgain : said.buy
}

// What is to be said of a sale that nobody has tried yet, or that has changed since.
const resultWords = (status: SaleStatus | undefined) =>
  status === 'sold-out' || status === 'paused' ? words().outcome[status] : ''

// Ends with the view, or by itself.
const following = (signal: AbortSignal) => {
  const controller = new AbortController()
  signal.addEventListener('abort', () => controller.abort())
  return controller
}

const ifAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error
  return undefined
}

const shopOf = (of: {
  saleId: string
  units: number
  signal: AbortSignal
  result: HTMLElement
  proof: ProofPanel
}) => {
  const { saleId, signal, result, units } = of
  const prove = (token: string) => of.proof.prove(token, signal)
  const body = units === 1 ? undefined : { units }
  return {
    attempt: (token: string): Promise<Answer<{ outcome: string; orderId: string }>> =>
      ask(`/api/sales/${saleId}/attempts`, {
        method: 'POST',
        token,
        pass: passOf(saleId),
        body,
        signal,
      }),
    prove,
    async token(isStale: boolean) {
      const entered = await enter(saleId, { isStale, signal, prove })
      return 'token' in entered ? { token: entered.token } : { outcome: withoutToken(entered) }
    },
    pause: (ms: number) => pause(ms, signal),
    chance: Math.random,
    waiting(outcome: AttemptOutcome, ms: number) {
      const said = words()
      write(result, `${said.outcome[outcome]} ${said.again(Math.ceil(ms / 1000))}`)
    },
  }
}

// What it means for a purchase that there is no purchase token.
const withoutToken = (admission: Exclude<Admission, { token: string }>): AttemptOutcome => {
  switch (admission.admission) {
    case 'signed-out':
      return 'unauthorized'
    case 'waiting':
    case 'too-early':
      return 'not-started'
    case 'refused':
      return outcomeNamed(admission.code)
  }
}

const ASK_AGAIN_MS_MAX = 60_000

interface Preparing {
  saleId: string
  hint: HTMLElement
  proof: ProofPanel
  hasTried: () => boolean
}

// Fetches the purchase token ahead of time, so that the opening costs one request. Returns what ends it.
const prepare = (of: Preparing & { view: View }): (() => void) => {
  const { hasTried, hint, view } = of
  const preparing = following(view.signal)
  const { signal } = preparing
  const ended = (error: unknown) => {
    if (!signal.aborted) throw error
    write(hint, hasTried() ? '' : words().notReady)
  }
  beside(view.signal, getReady({ ...of, signal }).catch(ended))
  return () => preparing.abort()
}

const getReady = async (of: Preparing & { signal: AbortSignal }) => {
  const { hint, hasTried, saleId, signal } = of
  const said = words()
  const tell = (text: string) => write(hint, hasTried() ? '' : text)
  const prove = (token: string) => of.proof.prove(token, signal)
  while (!signal.aborted) {
    const entered = await enter(saleId, { isStale: false, signal, prove })
    if (entered.admission === 'admitted') return tell(said.ready)
    if (entered.admission === 'signed-out') return
    if (entered.admission === 'refused') return tell(said.outcome[outcomeNamed(entered.code)])
    tell(entered.admission === 'waiting' ? said.inLine : said.tooEarly)
    const retryMs = entered.admission === 'too-early' ? entered.retryMs : undefined
    const ms = Math.min(retryMs ?? 5000, ASK_AGAIN_MS_MAX)
    await pause(ms + Math.random() * 1000, signal)
  }
}

const LIVE = ['in-transit', 'pending', 'paid']

// A buyer who has an order here already is shown the way to it instead of a button.
const showOrder = async (of: { saleId: string; view: View; panel: HTMLElement }) => {
  const { panel, saleId, view } = of
  const { signal } = view
  const token = account()?.sessionToken
  const answer = await ask<{ orders: Order[] }>(`/api/orders?saleId=${saleId}`, { token, signal })
  const orders = answer.ok ? answer.body.orders : []
  const held = orders.find(({ status }) => LIVE.includes(status))
  if (held === undefined) return
  panel.replaceChildren(element('a', { class: 'buy', href: orderAddress(held) }, words().toOrder))
}
