// The page in bad company: an API that does not answer, a stream that breaks off, hasty fingers, text
// that wants to be markup, a browser that forgets nothing and one that keeps nothing.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { buyerPage } from '../support/buyer-page.ts'
import { type Engine, saleDraft, startEngine } from '../support/engine.ts'

suite('the page', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    engine = await startEngine()
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  test('comes up and says so when the API is down, and goes on when it is back', async () => {
    await engine.sale({ title: 'A sale after the storm' })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { faults, page } = visit
    await page.route('**/api/**', (route) => route.abort())
    await page.goto('/')
    await page.getByText(said.unreachable).waitFor()
    await page.getByRole('link', { name: said.sales }).waitFor()
    await page.unroute('**/api/**')
    await page.getByRole('link', { name: 'A sale after the storm' }).click()
    await page.getByRole('heading', { name: 'A sale after the storm', level: 1 }).waitFor()
    await page.getByText(said.unreachable).waitFor({ state: 'hidden' })
    assert.deepEqual(faults, [])
  })

  test('sends one attempt for a double click, and one more when nobody answered', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.page.getByText(said.ready).waitFor()
    let attempts = 0
    await buyer.page.route('**/attempts', async (route) => {
      attempts += 1
      if (attempts > 1) return route.fallback()
      await route.fetch() // the engine accepts, and the buyer never hears of it
      return route.abort()
    })
    await buyer.button(said.buy).dblclick()
    await buyer.page.getByText(said.orderStatus.pending).waitFor()
    assert.equal(attempts, 2)
    const { body } = await engine.look(`/api/admin/sales/${saleId}/audit`)
    assert.deepEqual([body.live, body.duplicateBuyers], [1, 0])
  })

  test('follows an order by asking when there is no stream', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.page.route('**/events?*', (route) => route.abort())
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.button(said.buy).click()
    await buyer.page.getByText(said.orderStatus.pending).waitFor()
    const orderId = buyer.page.url().split('/').at(-1)
    const credential = buyer.sessionToken
    await engine.request('POST', `/api/orders/${orderId}/cancel`, { credential })
    await buyer.page.getByText(said.orderSaid.cancelled).waitFor()
  })

  test('gives an order up only after asking, and shows it at once by the stream', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.button(said.buy).click()
    await buyer.button(said.cancel).click()
    await buyer.button(said.cancelNo).click()
    await buyer.button(said.cancel).click()
    await buyer.button(said.cancelYes).click()
    await buyer.page.getByText(said.orderSaid.cancelled).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('says that a payment failed, and takes the next one', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.page.route('**/payment?*', (route) => {
      const headers = { ...route.request().headers(), 'content-type': 'application/json' }
      return route.continue({ headers, postData: '{"sandbox":"fail"}' })
    })
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.button(said.buy).click()
    await buyer.button(said.pay('CN¥999.00')).click()
    await buyer.page.getByText(said.paymentFailed).waitFor()
    await buyer.page.reload()
    await buyer.page.getByText(said.paymentFailed).waitFor()
    await buyer.page.unroute('**/payment?*')
    await buyer.button(said.pay('CN¥999.00')).click()
    await buyer.page.getByText(said.orderSaid.paid).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('shows an order that nobody paid for as expired', async () => {
    const saleId = await engine.sale({ payWithinMs: 1000 })
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.button(said.buy).click()
    await buyer.page.getByText(said.orderSaid.expired).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('says that there is no such order to whom it does not belong', async () => {
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, ['1'])
    const { body } = await engine.attempt(saleId, token!)
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}/orders/${body.orderId}`)
    await buyer.page.getByText(said.noSuchOrder).waitFor()
  })

  test('shows text from the server as text, never as markup', async () => {
    const evil = '<img src=x onerror="document.title=1">'
    const product = { title: evil, description: evil, listPrice: 200, currency: 'JPY' }
    const { body } = await engine.operate('/api/admin/products', product)
    const draft = { ...(await saleDraft(engine.operate)), productId: body.productId }
    const saleId = await engine.sale({ ...draft, title: evil, currency: 'JPY', price: 100 })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { faults, page } = visit
    await page.goto(`/sales/${saleId}/`)
    await page.getByRole('heading', { name: evil }).waitFor()
    assert.equal(await page.getByText(evil).count(), 3)
    assert.equal(await page.locator('img').count(), 0)
    assert.match((await page.locator('.prices').textContent())!, /¥100[^.]/)
    assert.deepEqual(faults, [])
  })

  test('speaks the other language at a click, and again after a reload', async () => {
    await using visit = await visitor(browser, { locale: 'fr-FR', baseURL: engine.url })
    const { page } = visit
    await page.goto('/')
    await page.getByRole('button', { name: chinese.name }).click()
    await page.getByRole('heading', { name: chinese.sales }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: chinese.sales }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
  })

  test('works where nothing may be kept', async () => {
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { faults, page } = visit
    await page.addInitScript("Object.defineProperty(window, 'localStorage', { get() { throw 1 } })")
    await page.goto('/')
    await page.getByRole('button', { name: chinese.name }).click()
    await page.getByRole('heading', { name: chinese.sales }).waitFor()
    assert.deepEqual(faults, [])
  })

  test('tells a taken name from one’s own, and forgets who signs out', async () => {
    await using buyer = await buyerPage(browser, engine)
    await buyer.open('/')
    await buyer.button(said.signOut).click()
    await buyer.page.getByRole('link', { name: said.signIn }).click()
    await buyer.page.getByLabel(said.buyerName).fill('nobody yet')
    await buyer.page.getByLabel(said.password).fill('some password')
    await buyer.button(said.signIn).click()
    await buyer.page.getByText(said.refusal['wrong-name-or-password']!).waitFor()
    await engine.request('POST', '/api/buyers', {
      body: { name: 'nobody yet', password: 'another password' },
    })
    await buyer.button(said.newHere).click()
    await buyer.button(said.signUp).click()
    await buyer.page.getByText(said.refusal['name-taken']!).waitFor()
    await buyer.page.route('**/api/buyers', async (route) => {
      await route.fetch() // the account is made, and the buyer never hears of it
      return route.abort()
    })
    await buyer.page.getByLabel(said.buyerName).fill('somebody')
    await buyer.button(said.signUp).click()
    await buyer.page.getByText(said.refusal['no-answer']!).waitFor()
    await buyer.page.unroute('**/api/buyers')
    const kept = await buyer.page.evaluate<string | null>("localStorage.getItem('seckill.account')")
    assert.equal(kept, null)
    await buyer.button(said.signUp).click()
    await buyer.button(said.signOut).waitFor()
    assert.deepEqual(buyer.faults, [])
  })
})
