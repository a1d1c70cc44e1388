// One buyer in many places and times: two tabs, another device, a line that is gone for a while, a device that
// slept, and a shop whose accounts are elsewhere. It is the same order everywhere.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { buyerPage } from '../support/buyer-page.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { AUDIENCE, ISSUER, startIssuer } from '../support/issuer.ts'

const MINUTE_MS = 60_000

// A device that can be sent to sleep: what is measured stands still for so long, what is shown goes on.
const CAN_SLEEP = `{
  const measured = performance.now.bind(performance)
  const shown = Date.now
  let sleptMs = 0
  performance.now = () => measured() - sleptMs
  globalThis.sleep = (ms) => { sleptMs += ms; Date.now = () => shown() + sleptMs }
}`

const orderIdIn = (page: Page) => /orders\/(\d+)/.exec(page.url())![1]!

suite('a buyer', { skip: NO_BROWSER }, () => {
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

  test('in two tabs has one order, and each shows it', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/sales/${saleId}/`)
    const second = await buyer.page.context().newPage()
    await second.goto(`/sales/${saleId}/`)
    const buy = (page: Page) => page.getByRole('button', { name: said.buy, exact: true })
    await buy(second).waitFor()
    await Promise.all([buy(buyer.page).click(), buy(second).click()])
    for (const page of [buyer.page, second])
      await page.getByText(said.orderStatus.pending).waitFor()
    assert.equal(orderIdIn(buyer.page), orderIdIn(second))
    await buyer.button(said.cancel).click()
    await buyer.page.getByRole('dialog').getByRole('button', { name: said.cancelYes }).click()
    await second.getByText(said.orderStatus.cancelled).waitFor()
    await buyer.button(said.signOut).click()
    await second.getByRole('link', { name: said.signIn, exact: true }).first().waitFor()
  })

  test('on another device finds what was bought on this one, and pays it there', async () => {
    const saleId = await engine.sale({ title: 'Bought on a phone' })
    const body = { name: `buyer ${crypto.randomUUID()}`, password: 'correct horse battery' }
    await engine.request('POST', '/api/buyers', { body })
    const device = async () => {
      const visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
      await visit.page.goto('/#/sign-in')
      await visit.page.getByLabel(said.buyerName).fill(body.name)
      await visit.page.getByLabel(said.password).fill(body.password)
      await visit.page.getByRole('button', { name: said.signIn, exact: true }).click()
      await visit.page.getByRole('button', { name: said.signOut }).waitFor()
      return visit
    }
    await using phone = await device()
    await phone.page.goto(`/sales/${saleId}/`)
    await phone.page.getByRole('button', { name: said.buy, exact: true }).click()
    await phone.page.getByText(said.orderStatus.pending).waitFor()
    await using laptop = await device()
    await laptop.page.getByRole('link', { name: said.orders }).click()
    await laptop.page.getByRole('link', { name: 'Bought on a phone' }).click()
    assert.equal(orderIdIn(laptop.page), orderIdIn(phone.page))
    await laptop.page.getByRole('button', { name: /^Pay / }).click()
    for (const { page } of [laptop, phone]) await page.getByText(said.orderStatus.paid).waitFor()
  })

  test('whose line is gone when the order is made gets it when the line is back', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/sales/${saleId}/`)
    await buyer.page.getByText(said.ready).waitFor()
    const context = buyer.page.context()
    await context.setOffline(true)
    await buyer.button(said.buy).click()
    await buyer.page.getByText(said.outcome['no-answer']).waitFor()
    await buyer.page.getByText(said.unreachable).waitFor()
    await context.setOffline(false)
    await buyer.page.getByText(said.orderStatus.pending).waitFor()
    await buyer.page.getByText(said.unreachable).waitFor({ state: 'hidden' })
    await context.setOffline(true)
    const orderId = orderIdIn(buyer.page)
    const credential = buyer.sessionToken
    await engine.request('POST', `/api/orders/${orderId}/cancel?saleId=${saleId}`, { credential })
    await context.setOffline(false)
    await buyer.page.getByText(said.orderStatus.cancelled).waitFor()
  })

  test('whose device has slept sees the right time again, and the sale open', async () => {
    const startsAt = new Date(Date.now() + 20 * MINUTE_MS).toISOString()
    const endsAt = new Date(Date.now() + 60 * MINUTE_MS).toISOString()
    const saleId = await engine.sale({ startsAt, endsAt })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { page } = visit
    await page.addInitScript(CAN_SLEEP)
    await page.route('**/api/time', async (route) => {
      const aheadMs = await page.evaluate<number>('globalThis.aheadMs ?? 0')
      await route.fulfill({ json: { now: '', epochMs: Date.now() + aheadMs } })
    })
    await page.goto(`/sales/${saleId}/`)
    const left = page.locator('.time')
    await eventually(
      () => left.textContent(),
      (text) => /^00:(19|20):/.test(text ?? ''),
    )
    const slept = 15 * MINUTE_MS
    await page.evaluate(`globalThis.aheadMs = ${slept}; sleep(${slept})`)
    await eventually(
      () => left.textContent(),
      (text) => /^00:0[45]:/.test(text ?? ''),
    )
  })
})

suite('a shop with accounts of its own', { skip: NO_BROWSER }, () => {
  test('has its buyers sign in at its page, which sends them back', async () => {
    await using issuer = await startIssuer()
    await using engine = await startEngine({
      SECKILL_IDENTITY: 'jwks',
      SECKILL_JWKS_URL: issuer.url,
      SECKILL_JWKS_ISSUER: ISSUER,
      SECKILL_JWKS_AUDIENCE: AUDIENCE,
      SECKILL_SIGN_IN_PATH: '/account?from="sale"',
    })
    const saleId = await engine.sale()
    await using browser = await startBrowser()
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { faults, page } = visit
    const token = await issuer.sign({ claims: { sub: '42' } })
    const account = JSON.stringify({ name: 'Ada', sessionToken: token, purchaseTokens: {} })
    await page.route('**/account?*', (route) => {
      const back = new URL(route.request().url()).searchParams.get('return')
      const script = `localStorage.setItem('seckill.account', ${JSON.stringify(account)})
        location.assign(${JSON.stringify(back)})`
      return route.fulfill({ contentType: 'text/html', body: `<script>${script}</script>` })
    })
    await page.goto(`/sales/${saleId}/`)
    await page.locator('main').getByRole('link', { name: said.signIn }).click()
    await page.getByText('Ada').waitFor()
    assert.equal(new URL(page.url()).pathname, `/sales/${saleId}/`)
    await page.getByRole('button', { name: said.buy, exact: true }).click()
    await page.getByText(said.orderStatus.pending).waitFor()
    assert.deepEqual(faults, [])
  })
})
