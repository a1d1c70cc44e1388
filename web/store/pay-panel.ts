// Paying for an order and giving it up, for as long as it waits for payment.

import { forget } from './account.ts'
import { ask } from '../../client/ask.ts'
import { element, enable, isEnabled, write } from './element.ts'
import { locale, words } from './language.ts'
import { totalOf } from './money.ts'
import type { Order, Payment } from '../../client/shapes.ts'
import { nowMs, ticking, timeLeft } from './time.ts'
import { beside, type View } from './view.ts'

export const payPanel = (view: View, of: { orderId: string; saleId: string; token: string }) => {
  const said = words()
  const time = element('span', { class: 'time', role: 'timer' })
  const label = element('span', { class: 'quiet' }, said.payWithin)
  const left = element('p', { class: 'countdown' }, label, time)
  const pay = element('button', { type: 'button', class: 'buy' }, said.loading) // until the time is known
  enable(pay, false)
  const cancel = element('button', { type: 'button', class: 'plain' }, said.cancel)
  const result = element('p', { class: 'result', role: 'status' })
  let isPaying = false
  let order: Order | undefined

  const payNow = async () => {
    if (!isEnabled(pay)) return
    isPaying = true
    write(result, said.paying)
    const told = await post<Payment>({ ...of, what: 'payment', signal: view.signal })
    isPaying = false
    if (typeof told === 'string') return write(result, told)
    write(result, told.status === 'failed' ? said.paymentFailed : said.paymentSent)
    if (told.payUrl?.startsWith('https://')) location.assign(told.payUrl)
  }
  const giveUp = async () => {
    const told = await post<Order>({ ...of, what: 'cancel', signal: view.signal })
    if (typeof told === 'string') write(result, told)
  }
  const question = questionOf(said.cancelAsk, () => beside(view.signal, giveUp()))
  pay.addEventListener('click', () => beside(view.signal, payNow()))
  cancel.addEventListener('click', () => question.showModal())
  const all = element('div', { class: 'panel', hidden: true }, left, pay, cancel, result, question)

  const see = (seen: Order) => {
    order = seen
    all.hidden = seen.status !== 'pending'
    if (all.hidden) question.close()
    if (seen.payment?.status === 'failed') write(result, said.paymentFailed)
  }
  const tick = () => {
    const now = nowMs()
    if (order?.payBy === undefined || now === undefined) return
    const leftMs = Date.parse(order.payBy) - now
    write(time, timeLeft(leftMs))
    write(pay, leftMs > 0 ? said.pay(totalOf(order, locale())) : said.timeIsUp)
    enable(pay, leftMs > 0 && !isPaying)
    left.classList.toggle('soon', leftMs < SOON_MS)
  }
  ticking(view.signal, tick)
  return { element: all, see }
}

const SOON_MS = 60_000

// What was answered, or in words why not.
const post = async <Body>(of: {
  what: 'payment' | 'cancel'
  orderId: string
  saleId: string
  token: string
  signal: AbortSignal
}): Promise<Body | string> => {
  const { orderId, saleId, signal, token, what } = of
  const path = `/api/orders/${orderId}/${what}?saleId=${saleId}`
  const answer = await ask<Body>(path, { method: 'POST', token, signal })
  if (answer.ok) return answer.body
  if (answer.status === 401) forget('ran out')
  const said = words()
  const otherwise = what === 'payment' ? said.paymentRefused : said.cancelRefused
  return said.refusal[answer.code] ?? otherwise
}

// Asks before something that cannot be taken back.
const questionOf = (text: string, yes: () => void): HTMLDialogElement => {
  const said = words()
  const close = () => dialog.close()
  const agree = () => {
    close()
    yes()
  }
  const agreed = element('button', { type: 'button', class: 'buy', click: agree }, said.cancelYes)
  const kept = element('button', { type: 'button', class: 'plain', click: close }, said.cancelNo)
  const dialog = element('dialog', {}, element('p', {}, text), agreed, kept)
  return dialog
}
