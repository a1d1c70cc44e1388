// Every view of the console with something in it, for tests that look at all of them.

import assert from 'node:assert/strict'
import { english } from '../../web/console/english.ts'
import { makingWords } from '../../web/console/sales/words.ts'
import { newBuyer } from '../support/accounts.ts'
import { type Engine, eventually, OPERATOR } from '../support/engine.ts'
import type { OperatorPage } from './operator-page.ts'

export interface ConsoleView {
  name: string
  hash: string
  act?: (operator: OperatorPage, said: typeof english) => Promise<void> // what is done before it is looked at
}

// What is there to be looked at: sales of every kind, an order, a buyer who is blocked, an endpoint of webhooks.
export const everyView = async (engine: Engine): Promise<ConsoleView[]> => {
  const saleId = await engine.sale({ title: 'On sale now', stock: 20 })
  const orderId = await anOrder(engine, saleId)
  const buyer = await newBuyer(engine, 'a buyer with a name')
  await engine.operate('/api/admin/blocklist', { buyer: '77', reason: 'programs' })
  await engine.request('PATCH', `/api/admin/sales/${saleId}`, {
    credential: OPERATOR,
    headers: { 'if-match': '*' },
    body: { limits: { buyerPerSecond: 9 } },
  })
  const startsAt = new Date(Date.now() + 86_400_000).toISOString()
  const endsAt = new Date(Date.now() + 90_000_000).toISOString()
  const later = await engine.sale({ title: 'Tomorrow', startsAt, endsAt, rehearsal: true })
  const endpoint = { url: 'http://127.0.0.1:1/hook', description: 'our accounts' }
  const made = await engine.operate('/api/admin/webhook-endpoints', endpoint)
  assert.equal(made.status, 201)
  const sale = `#/sales/${saleId}`
  const hook = `#/webhooks/${made.body.endpointId}`
  const plain = [
    sale,
    `#/sales/${later}`,
    `#/sales/${later}/clone`,
    `${sale}/edit`,
    `#/sales/${later}/edit`,
    `${sale}/audit`,
    `${sale}/readiness`,
    '#/products',
    '#/orders',
    `#/orders/${orderId}`,
    '#/buyers',
    `#/buyers/${buyer.buyerId}`,
    '#/blocklist',
    '#/webhooks',
    '#/webhooks/new',
    hook,
    `${hook}/edit`,
    '#/deliveries',
    '#/dead-letters',
    '#/log',
    '#/settings',
    '#/',
    '#/nowhere',
  ].map((hash) => ({ name: hash, hash }))
  return [...plain, ...withMore(sale, engine, saleId)]
}

// Views that are looked at after something was done in them.
const withMore = (sale: string, engine: Engine, saleId: string): ConsoleView[] => [
  {
    name: 'a form with faults',
    hash: '#/new',
    async act({ page, button }, said) {
      const { more } = makingWords[said === english ? 'en' : 'zh-CN']
      await page.locator('.fold summary', { hasText: more }).click()
      await button(said.create).click()
      await page.locator('.fault').first().waitFor()
    },
  },
  {
    name: 'a dialog with faults',
    hash: sale,
    async act({ button, dialogButton, page }, said) {
      await button(said.action.restock).click()
      await dialogButton(said.action.restock).click()
      await page.locator('dialog .fault').first().waitFor()
    },
  },
  {
    name: 'the live view while attempts come',
    hash: '#/live',
    async act({ page }, said) {
      const [token] = await engine.tokens(saleId, ['8'])
      const shown = page.locator('figure li', { hasText: said.outcome['already-reserved']! })
      await eventually(async () => {
        await engine.attempt(saleId, token!)
        return shown.count()
      }, Boolean)
    },
  },
]

const anOrder = async (engine: Engine, saleId: string): Promise<string> => {
  const [token] = await engine.tokens(saleId, ['7'])
  const { orderId } = (await engine.attempt(saleId, token!)).body
  await eventually(
    () => engine.look(`/api/admin/orders?saleId=${saleId}`),
    ({ body }) => body.orders.length === 1,
  )
  return orderId
}

// Goes there without loading the page anew, and waits until the old view is gone and the new one has what it shows.
export const lookAt = async ({ page }: OperatorPage, hash: string, said: typeof english) => {
  await page.evaluate(`document.querySelector('main').firstElementChild.id = 'old'`)
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  await page.locator('#old').waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText(said.loading).first().waitFor({ state: 'detached' })
}
