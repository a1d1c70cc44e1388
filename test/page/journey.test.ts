// A unit bought and paid for through the page, in a real browser, in both languages: from signing up
// before the start to the paid order.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type Engine, startEngine } from '../support/engine.ts'

const LANGUAGES = [
  { locale: 'en-GB', said: english, name: 'Ada Lovelace', price: 'CN¥999.00' },
  { locale: 'zh-CN', said: chinese, name: '李雷', price: '¥999.00' },
]

suite('a purchase through the page', { skip: NO_BROWSER }, () => {
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

  for (const { locale, said, name, price } of LANGUAGES)
    test(`from sign-up to the paid order, in ${said.name}`, async () => {
      await using visit = await visitor(browser, { locale, baseURL: engine.url })
      const { faults, page } = visit
      const button = (label: string) => page.getByRole('button', { name: label, exact: true })
      const attempts: number[] = []
      page.on('response', (response) => {
        if (response.url().endsWith('/attempts')) attempts.push(response.status())
      })

      await page.goto('/#/sign-in')
      await button(said.newHere).click()
      await page.getByLabel(said.buyerName).fill(name)
      await page.getByLabel(said.password).fill('correct horse battery')
      await button(said.signUp).click()
      await page.getByRole('heading', { name: said.sales }).waitFor()
      assert.equal(await page.getByText(name).count(), 1)

      const startsAt = new Date(Date.now() + 2000).toISOString()
      const saleId = await engine.sale({ startsAt })
      await page.goto(`/sales/${saleId}/`)
      await page.getByRole('timer').waitFor()
      await page.getByText(said.ready).waitFor()
      assert.equal(await button(said.notYet).getAttribute('aria-disabled'), 'true')
      await button(said.buy).click()

      await page.getByText(said.orderStatus.pending).waitFor()
      assert.match(page.url(), new RegExp(`/sales/${saleId}/#/sales/${saleId}/orders/\\d+$`))
      assert.deepEqual(attempts, [202], 'one click, one attempt, not too early')
      await page.reload()
      await button(said.pay(price)).click()
      await page.getByText(said.orderSaid.paid).waitFor()

      await page.getByRole('link', { name: said.orders }).click()
      await page.getByText(said.orderStatus.paid).waitFor()
      await page.goBack()
      await page.getByText(said.orderSaid.paid).waitFor()
      await button(said.signOut).click()
      await page.getByRole('link', { name: said.signIn }).waitFor()
      assert.deepEqual(faults, [])
    })
})
