// The page when every gateway is down, in a real browser: it comes up, shows the sales as they were last
// known, says that there is no connection, and goes on by itself when there is one again.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { startEngine } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { startEdge } from './edge.ts'

// The page looks again when its browser is online again, besides every few seconds.
const LOOK_OFTEN = "setInterval(() => dispatchEvent(new Event('online')), 200)"

const TITLE = 'A sale before the storm'

suite('without gateways, the page', { skip: needsNginx().skip || NO_BROWSER }, () => {
  let browser: Browser

  before(async () => {
    browser = await startBrowser()
  })

  after(() => browser.close())

  test('loads, shows what was known, says so, and recovers', async () => {
    await using edge = await startEdge({ isUnlimited: true })
    await edge.engine.sale({ title: TITLE })
    const visit = { locale: 'en-GB', baseURL: edge.nginx.url }
    {
      await using early = await visitor(browser, visit)
      await early.page.goto('/')
      await early.page.getByRole('link', { name: TITLE }).waitFor()
      await early.page.getByText(said.unreachable).waitFor({ state: 'hidden' })
    }
    await edge.loseGateways()
    await using late = await visitor(browser, visit)
    await late.page.goto('/')
    await late.page.getByRole('link', { name: TITLE }).waitFor()
    await late.page.getByText(said.unreachable).waitFor()
    await using engine = await startEngine({ SECKILL_TRUSTED_PROXIES: '127.0.0.1' })
    await engine.sale({ title: 'A sale after the storm' })
    await edge.nginx.restart([engine.url])
    await late.page.evaluate(LOOK_OFTEN)
    await late.page.getByRole('link', { name: 'A sale after the storm' }).waitFor()
    await late.page.getByText(said.unreachable).waitFor({ state: 'hidden' })
    assert.deepEqual(late.faults, [])
  })

  test('of a sale whose state is not known any more shows the sale, and never that it is open', async () => {
    await using edge = await startEdge({
      isUnlimited: true,
      changed: {
        'sale-state.conf': [['stale-while-revalidate=2, stale-if-error=60', 'stale-if-error=0']],
      },
    })
    const saleId = await edge.engine.sale({ title: TITLE })
    const visit = { locale: 'en-GB', baseURL: edge.nginx.url }
    {
      await using early = await visitor(browser, visit)
      await early.page.goto(`/sales/${saleId}/`)
      await early.page.getByText(said.toBuy).waitFor()
    }
    await edge.loseGateways()
    await using late = await visitor(browser, visit)
    await late.page.goto(`/sales/${saleId}/`)
    await late.page.getByText(said.unreachable).waitFor()
    await late.page.getByRole('heading', { name: TITLE }).waitFor()
    assert.equal(await late.page.getByText(said.openNow).count(), 0)
    assert.deepEqual(late.faults, [])
  })
})
