// What is made of a sale that is there: another one like it, a rehearsal of it, or nothing.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { makingWords } from '../../web/console/sales/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, type Json, startEngine, VIEWER } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'
import { saleForm, salesOf } from './sale-form.ts'

const { en: making } = makingWords

suite('out of a sale', { skip: NO_BROWSER }, () => {
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

  const scheduled = (title: string, more: object = {}) => {
    const startsAt = new Date(Date.now() + 86_400_000).toISOString()
    const endsAt = new Date(Date.now() + 90_000_000).toISOString()
    return engine.sale({ title, startsAt, endsAt, ...more })
  }

  const saleNamed = async (title: string): Promise<Json> =>
    (await salesOf(engine)).find((sale: Json) => sale.title === title)

  test('another one is made: its terms, the same hour of the same weekday', async () => {
    const limits = { attemptsPerSecond: 500, challenge: 'entry' }
    const saleId = await scheduled('Lamps', { stock: 30, perBuyerLimit: 2, limits, price: 4200 })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await page.getByRole('link', { name: making.clone }).click()
    await page.getByRole('heading', { name: making.cloneTitle('Lamps'), level: 1 }).waitFor()
    await saleForm(operator).fill({ [said.term.title]: 'Lamps again' })
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Lamps again', level: 1 }).waitFor()
    const [before, now] = [await saleNamed('Lamps'), await saleNamed('Lamps again')]
    const weekMs = 7 * 86_400_000
    assert.equal(Date.parse(now.startsAt) - wholeSecond(before.startsAt), weekMs)
    assert.equal(Date.parse(now.endsAt) - Date.parse(now.startsAt), 3_600_000)
    for (const term of ['productId', 'price', 'currency', 'perBuyerLimit', 'limits', 'strategy'])
      assert.deepEqual(now[term], before[term], term)
    assert.equal(await operator.units('total'), 30)
    const log = (await engine.look(`/api/admin/audit-log?subject=sale%20${now.saleId}`)).body
    assert.match(JSON.stringify(log.entries), new RegExp(`"clonedFrom":"?${saleId}\\b`))
    assert.deepEqual(operator.faults, [])
  })

  test('a rehearsal is made, which says plainly what it is', async () => {
    const saleId = await scheduled('Tonight')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await page.getByRole('link', { name: making.rehearse }).click()
    await page.getByRole('heading', { name: making.rehearseTitle('Tonight'), level: 1 }).waitFor()
    await saleForm(operator).fill({ [said.term.title]: 'The rehearsal' })
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'The rehearsal', level: 1 }).waitFor()
    await page.getByText(making.rehearsalSaid).waitFor()
    const { saleId: made, rehearsal } = await saleNamed('The rehearsal')
    assert.equal(rehearsal, true)
    const shop = page.getByRole('link', { name: making.toShop })
    assert.equal(await shop.getAttribute('href'), `/sales/${made}/`)
    assert.equal((await engine.request('GET', `/sales/${made}/`)).status, 200)
    assert.deepEqual(operator.faults, [])
  })

  test('nothing is made: before its start it is deleted, after a question', async () => {
    const saleId = await scheduled('A mistake')
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/sales/${saleId}`)
    await operator.button(making.delete).click()
    await page.getByText(making.deleteSaid).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert(await saleNamed('A mistake'))
    await operator.button(making.delete).click()
    await page.getByLabel(said.reasonOptional).fill('wrong product')
    await operator.dialogButton(making.delete).click()
    await page.getByRole('heading', { name: said.sales, level: 1 }).waitFor()
    assert.equal(await saleNamed('A mistake'), undefined)
    const open = await engine.sale()
    await operator.open(`#/sales/${open}`)
    await operator.button(said.action.pause).waitFor()
    assert.equal(await operator.button(making.delete).count(), 0)
    assert.deepEqual(operator.faults, [])
  })

  test('a viewer sees products and pages of buyers, and makes nothing', async () => {
    const saleId = await scheduled('Only to look at')
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    const { page } = viewer
    await viewer.open(`#/sales/${saleId}`)
    await page.getByRole('link', { name: making.toShop }).waitFor()
    assert.equal(await page.getByRole('link', { name: making.clone }).count(), 0)
    assert.equal(await viewer.button(making.delete).count(), 0)
    await viewer.open(`#/sales/${saleId}/clone`)
    await page.getByRole('heading', { name: said.noSuchPage, level: 1 }).waitFor()
    await viewer.open('#/products')
    await page.getByRole('heading', { name: 'A phone' }).first().waitFor()
    assert.deepEqual(viewer.faults, [])
  })
})

const wholeSecond = (at: string) => Math.floor(Date.parse(at) / 1000) * 1000
