// The live view: it shows attempts while they are made, and goes on without the stream.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { english as live } from '../../web/console/live/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'

const NAMES = (steps: unknown[]) =>
  (steps as { dataset: { step: string } }[]).map(({ dataset }) => dataset.step)

suite('the live view', { skip: NO_BROWSER }, () => {
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

  // Until the page shows it: so many buyers as it takes.
  const attemptUntil = async (saleId: string, isShown: () => Promise<boolean>) => {
    let buyer = 0
    await eventually(async () => {
      buyer += 1
      const [token] = await engine.tokens(saleId, [String(buyer)])
      await engine.attempt(saleId, token!)
      return isShown()
    }, Boolean)
    return buyer
  }

  test('shows attempts by outcome, orders, times and units while buyers attempt', async () => {
    const saleId = await engine.sale({ stock: 2, title: 'Two units' })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/live')
    await page.getByText(said.feed.stream).waitFor()
    const plot = page.locator('figure', { hasText: said.attempts })
    const soldOut = plot.locator('li', { hasText: said.outcome['sold-out']! })
    await attemptUntil(saleId, async () => (await soldOut.count()) > 0)
    await plot.locator('li', { hasText: said.outcome.accepted! }).waitFor()
    await page.locator('li', { hasText: said.slowest }).getByText('ms').waitFor()
    await eventually(
      () => operator.units('live'),
      (units) => units === 2,
    )
    assert.equal(await operator.units('total'), 2)
    const steps = await page.locator('[data-step]').evaluateAll(NAMES)
    assert.deepEqual(steps, ['gateways', 'engine', 'accepted', 'recorded'], 'there is no edge')
    const alone = page.getByRole('row').filter({ hasText: live.role['all']! })
    await alone.getByText(live.noBreakers).waitFor()
    assert.equal(await page.locator('canvas').count(), 3)
    await page.setViewportSize({ width: 400, height: 800 })
    await page.locator('canvas').first().scrollIntoViewIfNeeded()
    await eventually(
      () => page.evaluate<number>('document.querySelector("canvas").clientWidth'),
      (width) => width > 200 && width < 400,
    )
    assert.deepEqual(operator.faults, [])
  })

  test('asks every second when there is no stream', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.route('**/overview/events', (route) => route.abort())
    await operator.open('#/live')
    await page.getByText(said.feed.polling).waitFor()
    await page.getByText(said.delay).waitFor()
    assert.deepEqual(operator.faults, [])
  })
})
