// The settings in the console, and the menu that leads to what is rarer.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { SETTINGS } from '../../src/config/settings.ts'
import { operationsInEnglish as operations } from '../../web/console/operations-words.ts'
import { settingsInEnglish as said } from '../../web/console/settings/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'

suite('the settings in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    const SECKILL_ORIGINS = `https://${'a'.repeat(60)}.${'b'.repeat(60)}.example`
    engine = await startEngine({ SECKILL_LEASE_MS: '20000', SECKILL_ORIGINS })
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  test('each is there with its value, its default, its unit and its meaning', async () => {
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await page.setViewportSize({ width: 360, height: 700 })
    await viewer.open('#/settings')
    await page.getByText(said.said).waitFor()
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    assert.equal(await rows.count(), Object.keys(SETTINGS).length)
    const { fallback, meaning } = SETTINGS.SECKILL_LEASE_MS
    const cells = page.locator('tr', { hasText: 'SECKILL_LEASE_MS' }).locator('td')
    const [name, ...others] = await cells.allTextContents()
    assert.match(name!, new RegExp(said.changed))
    assert.deepEqual(others, ['20000', fallback, 'ms', meaning])
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    assert.equal(await page.evaluate(isWide), false)
    assert.deepEqual(viewer.faults, [])
  })

  test('of a secret only the ids of its keys are shown', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/settings')
    const row = page.locator('tr', { hasText: 'SECKILL_ADMIN_KEY' })
    await row.getByText(said.keys('test, looker')).waitFor()
    assert.equal(await row.getByText(said.changed).count(), 0)
    const shown = await page.content()
    assert(!shown.includes(OPERATOR) && !shown.includes(VIEWER))
    assert.deepEqual(operator.faults, [])
  })

  test('they are searched, and narrowed to what is not as it is by default', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/settings')
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    await page.getByLabel(said.onlyChanged).check()
    const changed = await rows.locator('code').allTextContents()
    assert(changed.includes('SECKILL_LEASE_MS') && !changed.includes('SECKILL_HOST'))
    assert.equal(await rows.getByText(said.changed).count(), changed.length)
    await page.getByLabel(said.search).fill('lease ms')
    await page
      .getByRole('status')
      .getByText(said.shown(1, Object.keys(SETTINGS).length))
      .waitFor()
    assert.deepEqual(await rows.locator('code').allTextContents(), ['SECKILL_LEASE_MS'])
    await page.getByLabel(said.search).fill('<script>')
    assert.equal(await rows.count(), 0)
    assert.deepEqual(operator.faults, [])
  })

  test('the menu works by keyboard, and closes on choosing and on Escape', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.setViewportSize({ width: 360, height: 700 })
    const menu = page.locator('.more')
    const link = menu.getByRole('link', { name: operations.settings })
    const summary = menu.locator('summary')
    await summary.focus()
    await page.keyboard.press('Enter')
    await link.waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await link.waitFor({ state: 'hidden' })
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY')
    await page.keyboard.press('Enter')
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: operations.settings }).waitFor()
    await link.waitFor({ state: 'hidden' })
    await summary.click()
    await link.waitFor()
    await page.getByRole('heading', { level: 1 }).click()
    await link.waitFor({ state: 'hidden' })
    assert.deepEqual(operator.faults, [])
  })
})
