// One sale in the hands of operators: what they do to it, what they are refused, and how it is shown.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

suite('a sale in the console', { skip: NO_BROWSER }, () => {
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

  const act = async (operator: OperatorPage, action: keyof typeof said.actionDone) => {
    await operator.dialogButton(said.action[action]).click()
    await operator.page.getByRole('status').getByText(said.actionDone[action]).waitFor()
  }

  const logOf = async (saleId: string) =>
    (await engine.look(`/api/admin/audit-log?subject=sale%20${saleId}`)).body.entries

  test('is paused, resumed, restocked and closed, each with its reason', async () => {
    const saleId = await engine.sale({ stock: 10 })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await operator.button(said.action.pause).click()
    await page.getByLabel(said.reasonOptional).fill('a look at the books')
    await act(operator, 'pause')
    await page.locator('.badge.paused').waitFor()
    await operator.button(said.action.resume).click()
    await act(operator, 'resume')
    await page.locator('.badge.open').waitFor()

    await operator.button(said.action.restock).click()
    await operator.dialogButton(said.action.restock).click()
    assert.equal(await page.locator('dialog .fault').count(), 2, 'units and reason are needed')
    await page.getByLabel(said.addedUnits).fill('7')
    await page.getByLabel(said.reason, { exact: true }).fill('found in the cellar')
    await act(operator, 'restock')
    await eventually(
      () => operator.units('total'),
      (units) => units === 17,
    )

    await operator.button(said.action.close).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.equal((await engine.look(`/api/admin/sales/${saleId}`)).body.status, 'open')
    await operator.button(said.action.close).click()
    await act(operator, 'close')
    await page.locator('.badge.ended').waitFor()
    await operator.button(said.action.restock).waitFor({ state: 'detached' })
    const reasons = (await logOf(saleId)).map((entry: { reason: string }) => entry.reason)
    assert(reasons.includes('a look at the books') && reasons.includes('found in the cellar'))
    assert.deepEqual(operator.faults, [])
  })

  test('closed by somebody else meanwhile, it says so and what to do', async () => {
    const saleId = await engine.sale()
    await using operator = await operatorPage(browser, engine)
    await operator.open(`#/sales/${saleId}`)
    await operator.button(said.action.pause).click()
    await engine.operate(`/api/admin/sales/${saleId}/close`)
    await operator.dialogButton(said.action.pause).click()
    await operator.page.getByText(said.refusal['sale-closed']!).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('gets no fewer units by a restock below zero, and what was typed stays', async () => {
    const saleId = await engine.sale({ stock: 10 })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await operator.button(said.action.restock).click()
    const units = page.getByLabel(said.addedUnits)
    await units.fill('-5')
    await page.getByLabel(said.reason, { exact: true }).fill('too many')
    await operator.dialogButton(said.action.restock).click()
    await page.locator('dialog .fault').waitFor()
    assert.equal(await units.inputValue(), '-5')
    assert.equal((await engine.look(`/api/admin/sales/${saleId}`)).body.stock.total, 10)
    assert.deepEqual(operator.faults, [])
  })

  test('of two operators at once the second is told, and loses nothing', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const saleId = await engine.sale({ startsAt, title: 'Before', perBuyerLimit: 1 })
    const options = { locale: 'en-GB' }
    await using first = await operatorPage(browser, engine, options)
    await using second = await operatorPage(browser, engine, options)
    const field = ({ page }: OperatorPage, label: string) => page.getByLabel(label, { exact: true })
    for (const one of [first, second]) await one.open(`#/sales/${saleId}/edit`)
    await field(first, said.term.title).fill('By the first')
    await field(first, said.term.perBuyerLimit).fill('3')
    await first.button(said.save).click()
    await first.page.getByRole('heading', { name: 'By the first' }).waitFor()

    await field(second, said.term.title).fill('By the second')
    await second.button(said.save).click()
    await second.page.getByText(said.somebodyFaster).waitFor()
    assert.equal(await field(second, said.term.title).inputValue(), 'By the second')
    await second.page.getByText(said.nowIs('By the first')).waitFor()
    assert.equal(await field(second, said.term.perBuyerLimit).inputValue(), '3')
    await second.button(said.save).click()
    await second.page.getByRole('heading', { name: 'By the second' }).waitFor()
    const { title, perBuyerLimit } = (await engine.look(`/api/admin/sales/${saleId}`)).body
    assert.deepEqual([title, perBuyerLimit], ['By the second', 3])
    assert.deepEqual([...first.faults, ...second.faults], [])
  })

  test('everything is stopped with one button and a reason', async () => {
    const saleId = await engine.sale({ title: 'To be stopped' })
    await using operator = await operatorPage(browser, engine)
    await operator.button(said.action.stop).click()
    await operator.page.getByLabel(said.reason, { exact: true }).fill('fire')
    await operator.dialogButton(said.action.stop).click()
    const news = operator.page.getByRole('status').getByText('Everything is stopped')
    await news.waitFor()
    assert.equal((await engine.look(`/api/admin/sales/${saleId}`)).body.paused, true)
    assert.deepEqual(operator.faults, [])
  })

  test('script in a title is text, and nothing else', async () => {
    const title = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const saleId = await engine.sale({ title })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    for (const hash of ['#/', `#/sales/${saleId}`, `#/sales/${saleId}/audit`, '#/live']) {
      await operator.open(hash)
      await page.getByText(title).first().waitFor()
      assert.equal(await page.locator('main img, main script').count(), 0)
    }
    assert.deepEqual(operator.faults, [])
  })

  test('its audit is told in words, adds up, and can be saved', async () => {
    const saleId = await engine.sale({ stock: 10 })
    const [token] = await engine.tokens(saleId, ['7'])
    await engine.attempt(saleId, token!)
    await eventually(
      () => engine.look(`/api/admin/sales/${saleId}/audit`),
      ({ body }) => body.pending === 1 && body.inTransit === 0,
    )
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}/audit`)
    await page.getByText(said.verdict.good).waitFor()
    await page.getByText('10 = 9 + 0 + 1 + 0').waitFor()
    await page.getByText(said.told.p1('1', '10', '0')).waitFor()
    assert.equal((await operator.units('available')) + (await operator.units('pending')), 10)
    const saving = page.waitForEvent('download')
    await operator.button(said.auditDownload).click()
    const report = JSON.parse(await readFile(await (await saving).path(), 'utf8'))
    assert.deepEqual([report.saleId, report.audit.pending], [saleId, 1])
    assert.deepEqual(operator.faults, [])
  })
})
