// The same shop without the button: a page of its own making, by the client. It opens at the server's start,
// buys at a click, and follows the order.

import { seckillClient } from './client/seckill-client.js'

const { engine, sale: saleId } = document.body.dataset
const [countdown, button, told] = ['countdown', 'buy', 'told'].map((id) =>
  document.getElementById(id),
)
const client = seckillClient({ baseUrl: engine })

const purchaseToken = async () => {
  const answer = await fetch('/purchase-token', { method: 'POST' })
  if (!answer.ok) throw new Error(`no purchase token: ${answer.status}`)
  const { purchaseToken: token } = await answer.json()
  return token
}

const showTimeLeft = (startsAt) => {
  const nowMs = client.serverClock.nowMs()
  const leftMs = nowMs === undefined ? undefined : Date.parse(startsAt) - nowMs
  countdown.textContent = leftMs > 0 ? `opens in ${Math.ceil(leftMs / 1000)} s` : ''
}

const buy = async () => {
  button.disabled = true
  told.textContent = 'Asking…'
  const waiting = (outcome, ms) => (told.textContent = `${outcome}: again in ${ms} ms`)
  const { outcome, orderId } = await client.buy({ saleId, purchaseToken, waiting })
  told.textContent = outcome
  button.disabled = orderId !== undefined
  if (orderId === undefined) return
  const seen = ({ status }) => (told.textContent = `Order ${orderId} is ${status}`)
  await client.watchOrder({ orderId, saleId, token: await purchaseToken(), seen })
}

const sale = await client.sale(saleId)
if (sale.ok) {
  const timer = setInterval(showTimeLeft, 200, sale.body.startsAt)
  await client.untilStart(sale.body)
  clearInterval(timer)
  countdown.textContent = 'It is open.'
  button.disabled = false
  button.addEventListener('click', () => void buy())
} else {
  told.textContent = sale.code
}
