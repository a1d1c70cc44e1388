// A buyer who is asked for a challenge: the page solves it beside itself, shows and says so, and goes on with
// the purchase; by keyboard alone, in both languages, and with a way to stop.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type BuyerPage, buyerPage } from '../support/buyer-page.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'

suite('a buyer who is asked for a challenge', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    engine = await startEngine({ SECKILL_CHANGES_EVERY_MS: '20' })
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  // From now on every attempt of this sale needs one.
  const askAlways = async (saleId: string) => {
    const path = `/api/admin/sales/${saleId}`
    const body = { limits: { challenge: 'always' }, reason: 'programs' }
    const of = { credential: OPERATOR, headers: { 'if-match': '*' } }
    assert.equal((await engine.request('PATCH', path, { body, ...of })).status, 200)
    const [token] = await engine.tokens(saleId, ['1'])
    const isAsked = ({ status }: { status: number }) => status === 428
    await eventually(() => engine.attempt(saleId, token!), isAsked)
  }

  // What is solved never is: so it can be looked at, and stopped.
  const neverSolved = async ({ page }: BuyerPage) => {
    await page.route('**/challenge', async (route) => {
      const response = await route.fetch()
      const body = await response.json()
      body.challenge.parameters.keyPrefix = '0'.repeat(32)
      body.challenge.parameters.data.difficulty = 10_000_000
      await route.fulfill({ response, json: body })
    })
  }

  for (const said of [english, chinese])
    test(`solves it by keyboard alone and has bought, in ${said.name}`, async () => {
      const saleId = await engine.sale({ stock: 5 })
      await using buyer = await buyerPage(browser, engine)
      const { page } = buyer
      await buyer.open('/')
      if (said === chinese) await buyer.button(chinese.name).click()
      await page.goto(`/#/sales/${saleId}`)
      await page.getByText(said.ready, { exact: true }).waitFor()
      await askAlways(saleId)
      const asked: (string | null)[] = []
      page.on('response', (response) => {
        if (response.url().endsWith('/attempts')) asked.push(String(response.status()))
      })
      await buyer.button(said.buy).focus()
      await page.keyboard.press('Enter')
      await page.getByText(said.orderStatus.pending).waitFor()
      assert.deepEqual(asked, ['428', '202'])
      assert.deepEqual(buyer.faults, [])
    })

  test('solves it ahead of time where an entry needs it, and is not asked again', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'always' } })
    await using buyer = await buyerPage(browser, engine)
    const { page } = buyer
    const refusals: string[] = []
    page.on('response', (response) => {
      if (response.status() === 428) refusals.push(new URL(response.url()).pathname)
    })
    await buyer.open(`/#/sales/${saleId}`)
    await page.getByText(english.ready, { exact: true }).waitFor()
    await buyer.button(english.buy).click()
    await page.getByText(english.orderStatus.pending).waitFor()
    assert.deepEqual(refusals, [`/api/sales/${saleId}/entries`])
    assert.deepEqual(buyer.faults, [])
  })

  for (const said of [english, chinese])
    test(`sees and hears how far it is, and can stop, in ${said.name}`, async () => {
      const saleId = await engine.sale()
      await using buyer = await buyerPage(browser, engine)
      const { page } = buyer
      await buyer.open('/')
      if (said === chinese) await buyer.button(chinese.name).click()
      await page.goto(`/#/sales/${saleId}`)
      await page.getByText(said.ready, { exact: true }).waitFor()
      await askAlways(saleId)
      await neverSolved(buyer)
      await buyer.button(said.buy).focus()
      await page.keyboard.press('Enter')
      const bar = page.getByRole('progressbar', { name: said.proof })
      await bar.waitFor()
      await page.getByRole('status').filter({ hasText: said.proving }).waitFor()
      const done = () => bar.evaluate((one) => Number(one.getAttribute('value') ?? Number.NaN))
      const first = await eventually(done, (value) => value > 0)
      await eventually(done, (value) => value > first)
      await page.keyboard.press('Tab')
      assert.equal(await page.locator(':focus').textContent(), said.stop)
      await page.keyboard.press('Enter')
      await page.getByText(said.stopped).waitFor()
      await bar.waitFor({ state: 'hidden' })
      await buyer.button(said.buyAgain).waitFor()
      assert.deepEqual(buyer.faults, [])
    })

  test('can stop what is solved ahead of time as well, and is told what to do', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'entry' } })
    await using buyer = await buyerPage(browser, engine)
    await neverSolved(buyer)
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.page.getByRole('progressbar', { name: english.proof }).waitFor()
    await buyer.button(english.notNow).click()
    await buyer.page.getByText(english.notReady, { exact: true }).waitFor()
    await buyer.page.unroute('**/challenge')
    await buyer.button(english.buy).click()
    await buyer.page.getByText(english.orderStatus.pending).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('gets a new one when the solution came too late', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'entry' } })
    await using buyer = await buyerPage(browser, engine)
    let refused = 0
    await buyer.page.route('**/challenge', async (route) => {
      if (route.request().method() === 'GET' || refused > 0) return route.fallback()
      refused += 1
      const headers = { 'content-type': 'application/problem+json' }
      const body = JSON.stringify({ code: 'challenge-failed', reason: 'expired' })
      return route.fulfill({ status: 422, headers, body })
    })
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.page.getByText(english.ready, { exact: true }).waitFor()
    assert.equal(refused, 1)
  })
})
