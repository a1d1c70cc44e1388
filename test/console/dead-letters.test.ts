// Dead letters in the console: they are read, and put back on the queue.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { deadLettersInEnglish as said } from '../../web/console/dead-letters/words.ts'
import { english as common } from '../../web/console/english.ts'
import { deadLetter, sampleMessage } from '../contracts/samples.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, eventually, startEngine, VIEWER } from '../support/engine.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'
import { operatorPage } from './operator-page.ts'

const INSERT = `
  insert into dead_letters (source, order_id, message, reason, at)
  values (?, ?, ?, ?, ?)
`

const PAGE = 50

suite('dead letters in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let saleId: string

  before(async () => {
    engine = await startEngine()
    browser = await startBrowser()
    saleId = await engine.sale({ stock: 100 })
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  // As the worker sets one aside.
  const bury = async (buyerId: string) => {
    const message = sampleMessage({ buyerId, saleId, price: 99_900 })
    const { source, orderId, ...letter } = deadLetter(message, 'no such sale')
    await insert({ source, orderId, ...letter })
    return message.orderId
  }

  const insert = (of: {
    source: string
    orderId?: string | undefined
    message: string
    reason: string
  }) =>
    pastTheEngine(engine, (database) =>
      database
        .prepare(INSERT)
        .run(of.source, of.orderId ?? null, of.message, of.reason, Date.UTC(2026, 10, 11)),
    )

  test('one is read, and put back on the queue with a reason', async () => {
    const orderId = await bury('1')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/dead-letters')
    const row = page.locator('tr', { hasText: orderId })
    await row.getByText('no such sale').waitFor()
    assert.equal(
      await row.getByRole('link', { name: orderId }).getAttribute('href'),
      `#/orders/${orderId}`,
    )
    await row.getByText(said.message).click()
    const shown = (await row.locator('pre').textContent())!
    assert.match(shown, /\n {2}"buyerId": "1"/)
    assert.equal(JSON.parse(shown).orderId, orderId)

    await row.getByRole('button', { name: said.replay }).click()
    await page.getByLabel(common.reasonOptional).fill('the sale is there again')
    await operator.dialogButton(said.replay).click()
    await page.getByRole('status').getByText('is on the queue again').waitFor()
    await page.getByText(said.none).waitFor()
    await eventually(
      () => engine.look(`/api/admin/orders/${orderId}`),
      ({ body }) => body.status === 'pending',
    )
    const subject = encodeURIComponent(`order ${orderId}`)
    const { entries } = (await engine.look(`/api/admin/audit-log?subject=${subject}`)).body
    assert.equal(entries[0].reason, 'the sale is there again')
    assert.deepEqual(operator.faults, [])
  })

  test('one that cannot be read is refused in words, and script in it is text', async () => {
    const reason = `it is not JSON: <script>document.title=2</script>${'x'.repeat(160)}`
    const message = `<img src=x onerror="document.title=1">${'z'.repeat(200)}`
    await insert({ source: 'seckill.orders.v1/3/17', reason, message })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.setViewportSize({ width: 360, height: 700 })
    await operator.open('#/dead-letters')
    const row = page.locator('tr', { hasText: 'seckill.orders.v1/3/17' })
    await row.getByText(reason).waitFor()
    await row.getByText(said.message).click()
    await row.locator('pre').getByText(message).waitFor()
    assert.equal(await page.locator('main img, main script').count(), 0)
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    assert.equal(await page.evaluate(isWide), false)

    await row.getByRole('button', { name: said.replay }).click()
    await operator.dialogButton(said.replay).click()
    await page.getByText(common.refusal['unreadable-dead-letter']!).waitFor()
    await operator.dialogButton(common.cancel).click()
    await row.waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('a viewer reads all of them, page by page, and puts none back', async () => {
    for (let n = 0; n < PAGE + 1; n += 1) await bury(String(100 + n))
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await viewer.open('#/dead-letters')
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    assert.equal(await rows.count(), PAGE)
    await viewer.button(common.more).click()
    await viewer.button(common.more).waitFor({ state: 'detached' })
    assert((await rows.count()) > PAGE)
    assert.equal(await viewer.button(said.replay).count(), 0)
    assert.deepEqual(viewer.faults, [])
  })
})
