// The audit log in the console: what was done is found, also after going back and after reading it anew.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as common } from '../../web/console/english.ts'
import { logInEnglish as said } from '../../web/console/log/words.ts'
import { operationsInEnglish as operations } from '../../web/console/operations-words.ts'
import { pieceWordsInEnglish as pieces } from '../../web/console/pieces/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

const PAGE = 50
const OTHER = 'the-key-of-the-night-shift'

suite('the audit log in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let saleId: string
  const title = `<img src=x onerror="document.title=1">${'y'.repeat(90)}`
  const reason = `<script>document.title=2</script>${'x'.repeat(160)}`

  before(async () => {
    engine = await startEngine({
      SECKILL_ADMIN_KEY: `operator:test:${OPERATOR},operator:night:${OTHER},viewer:looker:${VIEWER}`,
    })
    browser = await startBrowser()
    const startsAt = new Date(Date.now() + 3_600_000).toISOString()
    const endsAt = new Date(Date.now() + 7_200_000).toISOString()
    saleId = await engine.sale({ title: 'Before', startsAt, endsAt })
    const headers = { 'if-match': '*' }
    const body = { title, reason }
    const path = `/api/admin/sales/${saleId}`
    await engine.request('PATCH', path, { credential: OPERATOR, headers, body })
    const pause = { credential: OTHER, body: { reason: 'a look' } }
    await engine.request('POST', `${path}/pause`, pause)
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const rows = ({ page }: OperatorPage) => page.locator('tbody tr')

  test('what was done to a sale is told from its page, newest first, with who and why', async () => {
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await viewer.open(`#/sales/${saleId}`)
    await page.getByRole('link', { name: operations.done }).click()
    await page.getByRole('heading', { name: operations.log }).waitFor()
    await rows(viewer).first().waitFor()
    const texts = await rows(viewer).allTextContents()
    const changes = ['change-sale', 'edit-sale', 'create-sale'].map((one) => said.change[one]!)
    const done = texts.filter((text) => changes.some((change) => text.startsWith(change)))
    assert.deepEqual(
      done.map((text) => changes.find((change) => text.startsWith(change))),
      changes,
    )
    assert.match(done[0]!, /paused: true.*night.*a look/s)
    assert.equal(await page.locator('main button').count(), 1, 'nothing but the search')
    await page.getByRole('link', { name: said.toIt }).click()
    await page.getByRole('heading', { name: title }).waitFor()
    assert.deepEqual(viewer.faults, [])
  })

  test('what is looked for stays when the page is read anew, and on the way back', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/log')
    await rows(operator).first().waitFor()
    const all = await rows(operator).count()
    await page.getByLabel(said.by, { exact: true }).fill('night')
    await operator.button(pieces.search).click()
    await page.getByRole('link', { name: said.showAll }).waitFor()
    await rows(operator).first().waitFor()
    assert.equal(await rows(operator).count(), 1)
    await page.reload()
    await rows(operator).getByText('a look').waitFor()
    assert.equal(await page.getByLabel(said.by, { exact: true }).inputValue(), 'night')
    assert.equal(await rows(operator).count(), 1)
    await rows(operator)
      .getByRole('link', { name: `${said.subject.sale} ${saleId}` })
      .click()
    await page.locator('main b', { hasText: `${said.subject.sale} ${saleId}` }).waitFor()
    await page.goBack()
    await page.goBack()
    await page.getByRole('link', { name: said.showAll }).waitFor({ state: 'detached' })
    await rows(operator)
      .nth(all - 1)
      .waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('a number is needed where a kind of thing is chosen, and finds it', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/log')
    await page.getByLabel(said.kind, { exact: true }).selectOption('product')
    await operator.button(pieces.search).click()
    await page.getByText(common.textFault.needed).waitFor()
    await page.getByLabel(said.number).fill('777')
    await operator.button(pieces.search).click()
    await page.getByText(said.none).waitFor()
    assert.match(page.url(), /#\/log\?subject=product\+777$/)
    assert.deepEqual(operator.faults, [])
  })

  test('texts from outside are text, and nothing has to be scrolled sideways at 360 px', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.setViewportSize({ width: 360, height: 700 })
    const subject = `<svg onload=alert(1)> ${'z'.repeat(60)}`
    for (const asked of [{}, { subject: `sale ${saleId}` }, { subject, by: reason.slice(0, 90) }]) {
      await operator.open(`#/log?${new URLSearchParams(asked).toString()}`)
      if (subject === asked.subject) await page.getByText(said.none).waitFor()
      else await page.getByText(reason).waitFor()
      assert.equal(await page.locator('main :is(img, script, svg)').count(), 0)
      const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      assert.equal(await page.evaluate(isWide), false)
    }
    assert.deepEqual(operator.faults, [])
  })

  test('it is read down to its first entry', async () => {
    for (let n = 0; n < PAGE; n += 1)
      await engine.operate('/api/admin/products', { title: 'A', listPrice: 1, currency: 'CNY' })
    await using operator = await operatorPage(browser, engine)
    await operator.open('#/log')
    await operator.button(common.more).click()
    await operator.button(common.more).waitFor({ state: 'detached' })
    const { entries } = (await engine.look('/api/admin/audit-log?limit=999')).body
    assert.equal(await rows(operator).count(), entries.length)
    assert.deepEqual(operator.faults, [])
  })
})
