// What a buyer is told by the page when there is nothing to be had, or not yet, or not any more; and what
// the page does by itself about it. Refusals that are hard to bring about are put into the browser's way.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type BuyerPage, buyerPage } from '../support/buyer-page.ts'
import { type Engine, startEngine } from '../support/engine.ts'

suite('the page says', { skip: NO_BROWSER }, () => {
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

  const says = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor()

  type Refusal = { status: number; code: string }

  // The next requests to such a path are answered with these refusals; those after them by the engine.
  const refuse = async ({ page }: BuyerPage, path: 'attempts' | 'entries', codes: Refusal[]) => {
    await page.route(`**/${path}`, async (route) => {
      const next = codes.shift()
      if (next === undefined) return route.fallback()
      const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' }
      return route.fulfill({ status: next.status, headers, body: JSON.stringify(next) })
    })
  }

  const openSale = async (change?: 'pause' | 'close') => {
    const saleId = await engine.sale()
    if (change) await engine.operate(`/api/admin/sales/${saleId}/${change}`, { reason: 'a test' })
    const buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    return Object.assign(buyer, { saleId })
  }

  test('that a sale has not started, and keeps its button closed', async () => {
    const startsAt = new Date(Date.now() + 3_000_000).toISOString()
    const saleId = await engine.sale({ startsAt })
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    await says(buyer.page, said.startsIn)
    await says(buyer.page, said.ready)
    await buyer.button(said.notYet).click({ force: true })
    assert.equal(await buyer.button(said.notYet).getAttribute('aria-disabled'), 'true')
    assert.deepEqual(buyer.faults, [])
  })

  test('that purchase tokens are given out later, and fetches one by itself', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    await refuse(buyer, 'entries', [{ status: 403, code: 'not-started' }])
    await buyer.open(`/#/sales/${saleId}`)
    await says(buyer.page, said.tooEarly)
    await says(buyer.page, said.ready)
  })

  test('that a sale is sold out, and sells a unit that comes back', async () => {
    const saleId = await engine.sale({ stock: 1 })
    const [token] = await engine.tokens(saleId, ['1'])
    const { body } = await engine.attempt(saleId, token!)
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/#/sales/${saleId}`)
    await buyer.button(said.buyAgain).or(buyer.button(said.buy)).click() // whether it knows or not
    await says(buyer.page, said.outcome['sold-out'])
    await says(buyer.page, said.saleStatus['sold-out'])
    const path = `/api/orders/${body.orderId}/cancel`
    const cancel = () => engine.request('POST', path, { credential: token })
    while ((await cancel()).status !== 200);
    await says(buyer.page, said.saleStatus.open)
    await buyer.button(said.buyAgain).click()
    await says(buyer.page, said.orderStatus.pending)
    assert.deepEqual(buyer.faults, [])
  })

  test('that a sale is paused, and opens the button when it goes on', async () => {
    await using buyer = await openSale('pause')
    await says(buyer.page, said.outcome.paused)
    assert.equal(await buyer.button(said.saleStatus.paused).isEnabled(), false)
    await engine.operate(`/api/admin/sales/${buyer.saleId}/resume`, { reason: 'a test' })
    await buyer.button(said.buy).click()
    await says(buyer.page, said.orderStatus.pending)
  })

  test('that a sale has ended', async () => {
    await using buyer = await openSale('close')
    await buyer.button(said.over).waitFor()
    assert.equal(await buyer.button(said.over).isEnabled(), false)
  })

  test('that it tries again by itself, and does until it has the order', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    await refuse(buyer, 'attempts', [
      { status: 503, code: 'busy' },
      { status: 429, code: 'rate-limited' },
    ])
    await buyer.button(said.buy).click()
    await says(buyer.page, `${said.outcome.busy} ${said.again(2)}`)
    await buyer.button(said.stop).waitFor()
    await says(buyer.page, `${said.outcome['rate-limited']} ${said.again(2)}`)
    await says(buyer.page, said.orderStatus.pending)
  })

  test('that it stops trying when it is told to, and asks no more', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    let asked = 0
    buyer.page.on('request', (request) => (asked += Number(request.url().endsWith('/attempts'))))
    const rebuilding = { status: 503, code: 'rebuilding' }
    await refuse(buyer, 'attempts', [rebuilding])
    await buyer.button(said.buy).click()
    await says(buyer.page, `${said.outcome.rebuilding} ${said.again(2)}`)
    await buyer.button(said.stop).click()
    await says(buyer.page, said.stopped)
    await buyer.button(said.stop).waitFor({ state: 'hidden' })
    await buyer.button(said.buyAgain).click()
    await says(buyer.page, said.orderStatus.pending)
    assert.equal(asked, 2, 'one before it was stopped, one when it was asked to again')
  })

  test('that the buyer is blocked', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    await refuse(buyer, 'attempts', [{ status: 403, code: 'blocked' }])
    await buyer.button(said.buy).click()
    await says(buyer.page, said.outcome.blocked)
  })

  test('that it could not show that it is no program, when the shop never believes it', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    const asked = { status: 428, code: 'challenge-required' }
    await refuse(buyer, 'attempts', [asked, asked])
    await buyer.button(said.buy).click()
    await says(buyer.page, said.outcome['challenge-required'])
  })

  test('that a buyer who may not enter is blocked, and keeps the buyer signed in', async () => {
    const saleId = await engine.sale()
    await using buyer = await buyerPage(browser, engine)
    const blocked = { status: 403, code: 'blocked' }
    await refuse(buyer, 'entries', [blocked, blocked])
    await buyer.open(`/#/sales/${saleId}`)
    await says(buyer.page, said.outcome.blocked)
    await buyer.button(said.buy).click()
    await says(buyer.page, said.outcome.blocked)
    await buyer.button(said.signOut).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('nothing of a purchase token that has run out: it fetches another one', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    await refuse(buyer, 'attempts', [{ status: 401, code: 'unauthorized' }])
    await buyer.button(said.buy).click()
    await says(buyer.page, said.orderStatus.pending)
  })

  test('that one has to sign in again when the session has ended elsewhere', async () => {
    await using buyer = await openSale()
    await says(buyer.page, said.ready)
    const credential = buyer.sessionToken
    await engine.request('DELETE', '/api/sessions/current', { credential })
    await refuse(buyer, 'attempts', [{ status: 401, code: 'unauthorized' }])
    await buyer.button(said.buy).click()
    await says(buyer.page, said.outcome.unauthorized)
    await buyer.page.getByLabel(said.password).waitFor()
  })

  test('the order one already has, instead of a button', async () => {
    await using buyer = await openSale()
    await buyer.button(said.buy).click()
    await says(buyer.page, said.orderStatus.pending)
    await buyer.page.goBack()
    await buyer.page.getByRole('link', { name: said.toOrder }).click()
    await says(buyer.page, said.orderStatus.pending)
  })
})
