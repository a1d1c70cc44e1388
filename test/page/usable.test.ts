// The page for everybody: by keyboard alone, with a screen reader, on a small phone and a wide screen.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { buyerPage } from '../support/buyer-page.ts'
import { type Engine, startEngine } from '../support/engine.ts'

suite('the page is usable', { skip: NO_BROWSER }, () => {
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

  test('by keyboard alone: the focus follows what happens', async () => {
    await using buyer = await buyerPage(browser, engine)
    const { page } = buyer
    const startsAt = new Date(Date.now() + 2000).toISOString()
    const saleId = await engine.sale({ startsAt })
    const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor()
    await buyer.open('/')
    await page.locator(`a[href="/sales/${saleId}/"]`).focus()
    await page.keyboard.press('Enter')
    await page.locator('button.buy').waitFor()
    await page.keyboard.press('Tab')
    await focused('#skip')
    await page.keyboard.press('Enter')
    await focused('main')
    await page.keyboard.press('Tab')
    await focused('button[aria-disabled]')
    await page.locator('button[aria-disabled=false]:focus').waitFor() // it opened under the finger
    await page.keyboard.press('Enter')
    await page.getByText(said.orderStatus.pending).waitFor()
    await focused('h1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await focused('dialog button')
    await page.keyboard.press('Escape')
    await buyer.button(said.cancelYes).waitFor({ state: 'hidden' })
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByText(said.orderSaid.paid).waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('with a screen reader: results are announced, fields have labels', async () => {
    const saleId = await engine.sale({ stock: 2, perBuyerLimit: 2 })
    const [token] = await engine.tokens(saleId, ['1'])
    await engine.attempt(saleId, token!)
    await using buyer = await buyerPage(browser, engine)
    await buyer.open(`/sales/${saleId}/`)
    await buyer.page.getByLabel(said.howMany).selectOption('2')
    await buyer.button(said.buy).click()
    const status = buyer.page.getByRole('status').filter({ hasText: said.outcome['sold-out'] })
    await status.waitFor()
    await buyer.page.getByRole('main').waitFor()
    await buyer.page.getByRole('navigation').waitFor()
    assert.equal(await buyer.page.getByRole('heading', { level: 1 }).count(), 1)
  })

  for (const { locale, words } of [
    { locale: 'en-GB', words: said },
    { locale: 'zh-CN', words: chinese },
  ])
    for (const width of [360, 1440])
      test(`at ${width} px nothing has to be scrolled sideways, in ${words.name}`, async () => {
        const title = 'Averyveryveryveryveryverylongtitlewithoutanyspaces 一场标题特别长的秒杀活动'
        const saleId = await engine.sale({ title })
        const viewport = { width, height: 700 }
        await using visit = await visitor(browser, { locale, viewport, baseURL: engine.url })
        const { page } = visit
        const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
        for (const path of ['/', `/sales/${saleId}/`, '/#/sign-in', '/#/nowhere']) {
          await page.goto(path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          assert.equal(await page.evaluate(isWide), false, path)
        }
      })
})
