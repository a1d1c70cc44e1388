// kill -9 while the payment provider tells of a payment: before our commit, after it, or before the
// answer. The provider tells again, as providers do, and the order is paid once.
//
// KILLS=50 SEED=7 node --test test/faults/payment-told-as-process-dies.test.ts

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { chance } from '../simulation/chance.ts'
import { eventually, type Json } from '../support/engine.ts'
import { operator } from '../support/operator.ts'
import { PAYMENT_SECRET, webhook } from '../support/provider.ts'
import { type Server, startServer } from '../support/server.ts'

const KILLS = Number(process.env.KILLS ?? 5)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

// About as long as a webhook takes, so that a kill meets each of its steps.
const WEBHOOK_MS = 8

const send = async (url: string, path: string, init: RequestInit): Promise<Json> => {
  const response = await fetch(url + path, { method: 'POST', ...init })
  return response.json()
}

const tell = async (url: string, paymentId: string): Promise<string> => {
  const { raw, headers } = webhook({ paymentId })
  return (await send(url, '/api/payments/webhook', { headers, body: raw })).result
}

test('a payment that is told while the process dies pays its order once', async (context) => {
  context.diagnostic(`SEED=${SEED} KILLS=${KILLS}`)
  const random = chance(SEED)
  const folder = await mkdtemp(join(tmpdir(), 'seckill-paid-'))
  const env = { SECKILL_DATA: folder, SECKILL_PAYMENT_SECRET: PAYMENT_SECRET }
  let server: Server | undefined
  try {
    server = await startServer({ env })
    const { url } = server
    const { port } = new URL(url)
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: KILLS })
    const tokens = await shop.tokens(saleId, KILLS)
    const answers: string[] = []
    for (const [buyerId, token] of tokens) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const { orderId } = await eventually(
        () => send(url, `/api/sales/${saleId}/attempts`, { headers }),
        (answer) => answer.outcome === 'accepted', // once the engine is rebuilt
      )
      const path = `/api/orders/${orderId}/payment`
      const body = JSON.stringify({ sandbox: 'wait' })
      const { paymentId } = await eventually(
        () => send(url, path, { headers, body }),
        (answer) => answer.status === 'started',
      )
      const first = tell(url, paymentId).catch(() => 'no-answer')
      await sleep(random.below(WEBHOOK_MS))
      server.kill('SIGKILL')
      await server.exited
      server = await startServer({ env: { ...env, SECKILL_PORT: port } })
      const second = await tell(url, paymentId)
      answers.push(`${await first}, then ${second}`)
      if ((await first) === 'changed') assert.equal(second, 'repeated', 'what was answered is kept')
      const order = await shop.get(`/api/admin/orders/${orderId}`)
      assert.deepEqual(
        [order.buyerId, order.status, order.payments.map((one: Json) => one.status)],
        [buyerId, 'paid', ['succeeded']],
      )
      assert.equal(await tell(url, paymentId), 'repeated')
    }
    context.diagnostic(answers.join('; '))
    const { paid, live, oversold } = await shop.get(`/api/admin/sales/${saleId}/audit`)
    assert.deepEqual([paid, live, oversold], [KILLS, KILLS, 0])
  } finally {
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
})
