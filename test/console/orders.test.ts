// Orders in the hands of operators: found, read on, saved as a file, cancelled, refunded.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { Config } from '../../src/config.ts'
import { wire } from '../../src/processes/wire.ts'
import { buyingInEnglish as links } from '../../web/console/buying-words.ts'
import { english as frame } from '../../web/console/english.ts'
import { ordersInEnglish as said } from '../../web/console/orders/words.ts'
import { pieceWordsInEnglish as pieces } from '../../web/console/pieces/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  startEngine,
  VIEWER,
} from '../support/engine.ts'
import { type Bought, buy, pay } from '../support/order.ts'
import { PAYMENT_SECRET, webhook } from '../support/provider.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

suite('orders in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  const outage = { refunds: false, laterPages: false }

  // The real parts, of which the provider and the store fail when they are told to.
  const wiring = async (config: Config) => {
    const wired = await wire(config)
    const { orders } = wired.ports
    const fail = () => Promise.reject(new Error('an outage of the test'))
    const list: typeof orders.list = (at) =>
      outage.laterPages && at.before !== undefined ? fail() : orders.list(at)
    return {
      ...wired,
      ports: { ...wired.ports, orders: { ...orders, list } },
      providerWith: (keys: Parameters<typeof wired.providerWith>[0]) => {
        const provider = wired.providerWith(keys)
        const refund: typeof provider.refund = (of) =>
          outage.refunds ? fail() : provider.refund(of)
        return { ...provider, refund }
      },
    }
  }

  before(async () => {
    engine = await startEngine({ SECKILL_PAYMENT_SECRET: PAYMENT_SECRET }, undefined, wiring)
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const search = async ({ page }: OperatorPage, choices: Record<string, string>) => {
    for (const [label, text] of Object.entries(choices)) {
      const field = page.getByLabel(label, { exact: true })
      const isChoice = label === said.sale || label === said.state
      await (isChoice ? field.selectOption(text) : field.fill(text))
    }
    await page.getByRole('search').getByRole('button').click()
  }

  const rows = ({ page }: OperatorPage) => page.locator('tbody tr')

  const shows = async (operator: OperatorPage, orders: Bought[]) => {
    await operator.page.locator(`tbody:has(tr:nth-child(${orders.length}):last-child)`).waitFor()
    const ids = await rows(operator).locator('td:first-child').allTextContents()
    assert.deepEqual(ids, orders.map(({ orderId }) => orderId).toReversed())
  }

  const orderOf = async ({ orderId }: Bought): Promise<Json> =>
    (await engine.look(`/api/admin/orders/${orderId}`)).body

  const manyOrders = async (count: number) => {
    const saleId = await engine.sale({ stock: count, title: 'Bought by many' })
    const buyers = Array.from({ length: count }, (_, at) => String(1000 + at))
    const tokens = await engine.tokens(saleId, buyers)
    await Promise.all(tokens.map((token) => engine.attempt(saleId, token)))
    await eventually(
      () => engine.look(`/api/admin/sales/${saleId}/audit`),
      ({ body }) => body.pending === count,
    )
    return saleId
  }

  test('are found by sale, buyer and status; the address keeps what was asked', async () => {
    const saleId = await engine.sale({ title: 'Of the first' })
    const other = await engine.sale({ title: 'Of the other' })
    const first = await buy(engine, saleId, '31')
    const second = await buy(engine, saleId, '32')
    const third = await buy(engine, other, '31')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await page.getByRole('link', { name: links.ordersOfSale }).click()
    await shows(operator, [first, second])
    await page.reload()
    await shows(operator, [first, second])
    await search(operator, { [said.buyer]: '31', [said.sale]: '' })
    await shows(operator, [first, third])
    await engine.operate(`/api/admin/orders/${third.orderId}/cancel`, { reason: 'a test' })
    await search(operator, { [said.state]: 'pending' })
    await shows(operator, [first])
    assert.match(page.url(), /#\/orders\?buyerId=31&status=pending$/)
    await page.goBack()
    await shows(operator, [first, third])
    await search(operator, { [said.buyer]: 'abc' })
    await page.locator('.fault', { hasText: said.notANumber }).waitFor()
    await search(operator, { [said.orderId]: second.orderId })
    await page.getByRole('heading', { name: said.orderTitle(second.orderId) }).waitFor()
    await page.getByRole('link', { name: 'Of the first' }).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('for which money is owed back are found, and the money is sent back', async () => {
    const order = await buy(engine, await engine.sale(), '41')
    const { paymentId } = (await pay(engine, order, 'wait')).body
    await engine.operate(`/api/admin/orders/${order.orderId}/cancel`, { reason: 'a test' })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/orders/${order.orderId}`)
    await page.getByRole('heading', { name: said.payments }).waitFor()
    assert.equal(await operator.button(said.act.owed).count(), 0)
    await engine.request('POST', '/api/payments/webhook', webhook({ paymentId }))
    await page.getByText(said.money.owed).waitFor() // by itself
    await operator.open('#/orders')
    await page.getByLabel(said.owedOnly).check()
    await search(operator, {})
    await shows(operator, [order])
    await page.getByRole('link', { name: order.orderId }).click()
    await page.getByText(said.why['order-cancelled']!).waitFor()
    await operator.button(said.act.owed).click()
    await page.getByLabel(frame.reason, { exact: true }).fill('it came too late')
    await operator.dialogButton(said.act.owed).click()
    await page.getByText(said.money.given).waitFor()
    await page.getByText('test: it came too late').waitFor()
    assert.equal((await orderOf(order)).payments[0].status, 'refunded')
    assert.deepEqual(operator.faults, [])
  })

  test('are read on page by page, also over pages that hold nothing', async () => {
    const saleId = await manyOrders(120)
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    let emptied = 0
    await page.route('**/api/admin/orders?*cursor=*', async (route) => {
      const response = await route.fetch()
      const body: Json = await response.json()
      const isFirst = emptied === 0
      emptied += 1
      return route.fulfill({ response, json: isFirst ? { ...body, orders: [] } : body })
    })
    await operator.open(`#/orders?saleId=${saleId}`)
    await rows(operator).nth(49).waitFor()
    assert.equal(await rows(operator).count(), 50)
    await operator.button(frame.more).click()
    await rows(operator).nth(69).waitFor() // the second page was emptied, the third holds twenty
    assert.equal(emptied, 2)
    assert.equal(await operator.button(frame.more).count(), 0)
    assert.deepEqual(operator.faults, [])
  })

  test('that are nowhere in many pages are not looked for without end', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    let asked = 0
    await page.route('**/api/admin/orders?*', (route) => {
      asked += 1
      return route.fulfill({ json: { orders: [], nextCursor: '1' } })
    })
    await operator.open('#/orders')
    await page.getByText(pieces.noneYet).waitFor()
    assert.equal(asked, 20)
    await operator.button(pieces.searchOn).click()
    await eventually(
      async () => asked,
      (count) => count === 40,
    )
    await page.getByText(pieces.noneYet).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('are saved as the CSV file that the API gives, and half of a file never', async () => {
    const saleId = await manyOrders(501)
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await operator.open(`#/orders?saleId=${saleId}`)
    const saving = page.waitForEvent('download')
    await operator.button(said.download).click()
    const download = await saving
    assert.equal(download.suggestedFilename(), `orders-${saleId}.csv`)
    const path = `/api/admin/orders?saleId=${saleId}&format=csv`
    assert.equal(await readFile(await download.path(), 'utf8'), (await engine.look(path)).body)
    assert(addresses.every((address) => !address.includes(OPERATOR)))

    outage.laterPages = true
    let saved = 0
    page.on('download', () => (saved += 1))
    await operator.button(said.download).click()
    await page.getByText(frame.refusal['broken-off']!).waitFor()
    outage.laterPages = false
    assert.equal(saved, 0)
    assert.deepEqual(operator.faults, [])
  })

  test('that are pending are cancelled with a reason, which then stands in the history', async () => {
    const saleId = await engine.sale({ stock: 5 })
    const order = await buy(engine, saleId, '51')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/orders/${order.orderId}`)
    await operator.button(said.act.cancel).click()
    await operator.dialogButton(said.leave).click()
    await operator.button(said.act.cancel).click()
    await operator.dialogButton(said.act.cancel).click()
    await page.locator('dialog .fault').waitFor()
    await page.getByLabel(frame.reason, { exact: true }).fill('bought by <b>mistake</b>')
    await operator.dialogButton(said.act.cancel).dblclick()
    await page.getByText(said.actDone.cancel).waitFor()
    await page.getByText('test: bought by <b>mistake</b>').waitFor()
    await page.locator('.badge.is-cancelled').waitFor()
    await page.getByText(said.ledgerEntry.released).waitFor()
    assert.equal(await operator.button(said.act.cancel).count(), 0)
    assert.equal((await engine.look(`/api/admin/sales/${saleId}`)).body.stock.live, 0)
    assert.deepEqual(operator.faults, [])
  })

  test('that were paid meanwhile are not cancelled, and it is said so', async () => {
    const order = await buy(engine, await engine.sale(), '61')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/orders/${order.orderId}`)
    await operator.button(said.act.cancel).click()
    await page.getByLabel(frame.reason, { exact: true }).fill('too late')
    await pay(engine, order)
    await operator.dialogButton(said.act.cancel).click()
    await page.getByText(frame.refusal['order-not-pending']!).waitFor()
    assert.equal((await orderOf(order)).status, 'paid')
    await operator.open('#/orders/77')
    await page.getByText(frame.refusal['no-such-order']!).waitFor()
    await page.getByText(said.noSuchYet).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('that are paid are refunded, and their money is followed until it went back', async () => {
    const order = await buy(engine, await engine.sale(), '71')
    await pay(engine, order)
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/orders/${order.orderId}`)
    outage.refunds = true
    await operator.button(said.act.refund).click()
    await page.getByLabel(frame.reason, { exact: true }).fill('it was broken')
    await operator.dialogButton(said.act.refund).click()
    await page.getByText(said.money['on-its-way']).waitFor()
    await page.locator('.badge.is-refunded').waitFor()
    outage.refunds = false
    await engine.operate(`/api/admin/orders/${order.orderId}/refund`, { reason: 'once more' })
    await page.getByText(said.money.given).waitFor()
    await page.getByText('test: it was broken').waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('are only looked at by a viewer, who may save them', async () => {
    const order = await buy(engine, await engine.sale(), '81')
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    await viewer.open(`#/orders/${order.orderId}`)
    await viewer.page.getByRole('heading', { name: said.payments }).waitFor()
    assert.equal(await viewer.button(said.act.cancel).count(), 0)
    await viewer.open('#/orders?buyerId=81')
    await shows(viewer, [order])
    const saving = viewer.page.waitForEvent('download')
    await viewer.button(said.download).click()
    assert.match(await readFile(await (await saving).path(), 'utf8'), new RegExp(order.orderId))
    assert.deepEqual(viewer.faults, [])
  })

  test('are not changed by a key that has ended; signed in again, one is where one was', async () => {
    const order = await buy(engine, await engine.sale(), '91')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/orders/${order.orderId}`)
    await operator.button(said.act.cancel).click()
    await page.getByLabel(frame.reason, { exact: true }).fill('gone with the key')
    let sent = 0
    await page.route('**/cancel', (route) => {
      sent += 1
      const headers = { ...route.request().headers(), authorization: 'Bearer ended' }
      return route.continue({ headers })
    })
    await operator.dialogButton(said.act.cancel).click()
    await page.getByText(frame.keyRefused).waitFor()
    await page.getByLabel(frame.adminKey).fill(OPERATOR)
    await operator.button(frame.signIn).click()
    await page.getByRole('heading', { name: said.orderTitle(order.orderId) }).waitFor()
    assert.equal(sent, 1)
    assert.equal((await orderOf(order)).status, 'pending')
    assert.deepEqual(operator.faults, [])
  })

  test('of a sale with script in its title, and of 200 characters, are text at 360 px', async () => {
    const title = '<script>document.title=2</script>'.padEnd(200, 'x')
    const saleId = await engine.sale({ title })
    const order = await buy(engine, saleId, '95')
    await using operator = await operatorPage(browser, engine, {
      viewport: { width: 360, height: 700 },
    })
    const { page } = operator
    for (const hash of [`#/orders?saleId=${saleId}`, `#/orders/${order.orderId}`]) {
      await operator.open(hash)
      await page.getByRole('link', { name: title }).waitFor()
      assert.equal(await page.locator('main script').count(), 0)
      const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      assert.equal(await page.evaluate(isWide), false, hash)
    }
    assert.deepEqual(operator.faults, [])
  })
})
