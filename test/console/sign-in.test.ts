// Who gets into the console, and what it lets them do.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/console/chinese.ts'
import { english as said } from '../../web/console/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type Engine, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'

suite('the door of the console', { skip: NO_BROWSER }, () => {
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

  test('a wrong key is said to be wrong, a right one opens, and signing out forgets it', async () => {
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { page, faults } = visit
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await page.goto('/console')
    for (const key of ['wrong', 'schlüssel', OPERATOR]) {
      await page.getByLabel(said.adminKey).fill(key)
      await page.keyboard.press('Enter')
      if (key !== OPERATOR) await page.locator('.fault', { hasText: said.wrongKey }).waitFor()
    }
    await page.getByText(said.noSales).waitFor()
    await page.reload()
    await page.getByText(said.role.operator).waitFor()
    await page.getByRole('button', { name: said.signOut }).click()
    await page.getByText(said.signedOut).waitFor()
    await page.reload()
    await page.getByLabel(said.adminKey).waitFor()
    assert.equal(await page.evaluate('sessionStorage.length + localStorage.length'), 0)
    assert(addresses.every((address) => !address.includes(OPERATOR)))
    assert.deepEqual(faults, [])
  })

  test('a viewer sees everything and has no button that changes anything', async () => {
    const saleId = await engine.sale({ title: 'Only to look at' })
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await page.getByText(said.role.viewer).waitFor()
    assert.equal(await viewer.button(said.action.stop).count(), 0)
    assert.equal(await page.getByRole('link', { name: said.newSale }).count(), 0)
    await page.getByRole('link', { name: 'Only to look at' }).click()
    await page.getByText(said.term.price).waitFor()
    assert.equal(await viewer.units('total'), 10)
    assert.equal(await viewer.button(said.action.pause).count(), 0)
    assert.equal(await page.getByRole('link', { name: said.edit }).count(), 0)
    for (const hash of ['#/new', `#/sales/${saleId}/edit`]) {
      await viewer.open(hash)
      await page.getByRole('heading', { name: said.noSuchPage }).waitFor()
    }
    assert.deepEqual(viewer.faults, [])
  })

  test('the language is switched at once, and kept', async () => {
    await engine.sale({ title: 'A sale in two languages' })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.getByRole('heading', { name: said.sales }).waitFor()
    await operator.button(chinese.name).click()
    await page.getByRole('heading', { name: chinese.sales }).waitFor()
    await page.getByText(chinese.saleStatus.open).first().waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
    await page.reload()
    await page.getByRole('heading', { name: chinese.sales }).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  for (const words of [said, chinese])
    for (const width of [360, 1440])
      test(`at ${width} px nothing has to be scrolled sideways, in ${words.name}`, async () => {
        const title = 'Averyveryveryveryveryveryverylongtitlewithoutanyspaces 一场标题特别长的活动'
        const saleId = await engine.sale({ title })
        const locale = words === said ? 'en-GB' : 'zh-CN'
        const options = { said: words, locale, viewport: { width, height: 700 } }
        await using operator = await operatorPage(browser, engine, options)
        const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
        const sale = `#/sales/${saleId}`
        for (const hash of ['#/', '#/live', '#/new', sale, `${sale}/audit`, `${sale}/edit`]) {
          await operator.open(hash)
          await operator.page.locator('main :is(.card, .sales, .figures)').first().waitFor()
          assert.equal(await operator.page.evaluate(isWide), false, hash)
        }
        assert.deepEqual(operator.faults, [])
      })
})
