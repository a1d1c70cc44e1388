// Whether a sale is ready, as operators see it: on its own page in a line, and check by check.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as common } from '../../web/console/english.ts'
import {
  readinessInChinese,
  readinessInEnglish as said,
} from '../../web/console/readiness/words.ts'
import { CHECK_NAMES } from '../../src/flows/operators/readiness-checks.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, startEngine, VIEWER } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'

const HOUR_MS = 3_600_000

test('every check has a heading in both languages', () => {
  for (const words of [said, readinessInChinese])
    assert.deepEqual(Object.keys(words.check), [...CHECK_NAMES])
})

suite('whether a sale is ready', { skip: NO_BROWSER }, () => {
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

  const startsAt = new Date(Date.now() + HOUR_MS).toISOString()
  const endsAt = new Date(Date.now() + 2 * HOUR_MS).toISOString()

  test('it stands on the page of a scheduled sale, and each check says why', async () => {
    const saleId = await engine.sale({ stock: 5, startsAt, endsAt })
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await viewer.open(`#/sales/${saleId}`)
    await page.locator('.verdict', { hasText: said.ready }).getByText(said.warns(1)).waitFor()
    await page.getByRole('link', { name: said.all }).click()
    await page.getByRole('heading', { name: said.titleOf('A sale') }).waitFor()
    const units = page.locator('[data-check=units]')
    await units.getByText(said.level.warn!).waitFor()
    await units.getByText('5, and ten buyers can have them all: a buyer gets 1').waitFor()
    const headings = await page.locator('[data-check] strong').allTextContents()
    assert.deepEqual(
      headings,
      CHECK_NAMES.map((check) => said.check[check]),
    )
    assert.deepEqual(viewer.faults, [])
  })

  test('what changes meanwhile is seen by itself', async () => {
    const saleId = await engine.sale({ stock: 100, startsAt, endsAt })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.clock.install()
    await operator.open(`#/sales/${saleId}/readiness`)
    await page.locator('.verdict.good').waitFor()
    await engine.operate(`/api/admin/sales/${saleId}/pause`, { reason: 'wait' })
    await page.clock.runFor(4000)
    await page.locator('.verdict.bad', { hasText: said.fails(1) }).waitFor()
    const state = page.locator('[data-check=state]')
    await state.getByText(said.level.fail!).waitFor()
    await state.getByText('it is paused: resume it').waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('a check of a newer server, and what it says, are shown as they are', async () => {
    const saleId = await engine.sale({ startsAt, endsAt })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const says = `<img src=x onerror="document.title=1">${'y'.repeat(160)}`
    await page.route('**/readiness', async (route) => {
      const response = await route.fetch()
      const found = await response.json()
      found.checks.push({ check: 'moon-phase', level: 'fail', says })
      await route.fulfill({ response, json: { ...found, ready: false } })
    })
    await page.setViewportSize({ width: 360, height: 700 })
    await operator.open(`#/sales/${saleId}/readiness`)
    const check = page.locator('[data-check=moon-phase]')
    await check.getByText('moon-phase', { exact: true }).waitFor()
    await check.getByText(says).waitFor()
    assert.equal(await page.locator('main img').count(), 0)
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    assert.equal(await page.evaluate(isWide), false)
    assert.deepEqual(operator.faults, [])
  })

  test('of a sale that does not exist it says so', async () => {
    await using operator = await operatorPage(browser, engine)
    await operator.open('#/sales/777/readiness')
    await operator.page.getByText(common.refusal['no-such-sale']!).first().waitFor()
    assert.deepEqual(operator.faults, [])
  })
})
