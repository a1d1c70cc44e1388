// What is kept about a buyer, in the console: looked at, handed out, erased; and a buyer who is blocked.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { buyingInEnglish as links } from '../../web/console/buying-words.ts'
import { english as frame } from '../../web/console/english.ts'
import { blocksInEnglish as blocks } from '../../web/console/blocklist/words.ts'
import { buyersInEnglish as said } from '../../web/console/buyers/words.ts'
import { ordersInEnglish as orders } from '../../web/console/orders/words.ts'
import { isSignedIn, newBuyer } from '../support/accounts.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, eventually, type Json, startEngine, VIEWER } from '../support/engine.ts'
import { buy, pay } from '../support/order.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

suite('a buyer in the console', { skip: NO_BROWSER }, () => {
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

  const count = async ({ page }: OperatorPage, part: keyof typeof said.count) =>
    page
      .locator('.facts div', { has: page.getByText(said.count[part], { exact: true }) })
      .locator('dd')
      .textContent()

  const act = async (operator: OperatorPage, action: string, reason: string) => {
    await operator.button(action).click()
    await operator.page.getByLabel(frame.reason, { exact: true }).fill(reason)
    await operator.dialogButton(action).click()
  }

  const logOf = async (buyerId: string): Promise<Json[]> =>
    (await engine.look(`/api/admin/audit-log?subject=buyer%20${buyerId}`)).body.entries

  test('is found by number; all that is kept is saved as the API gives it', async () => {
    const { buyerId } = await newBuyer(engine, '<i>Mallory</i>')
    await pay(engine, await buy(engine, await engine.sale(), buyerId))
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await page.getByRole('link', { name: links.buyers }).click()
    await page.getByLabel(said.buyerId).fill('nobody')
    await operator.button(said.open).click()
    await page.locator('.fault', { hasText: said.notANumber }).waitFor()
    await page.getByLabel(said.buyerId).fill(buyerId)
    await operator.button(said.open).click()
    await page.getByText('<i>Mallory</i>').waitFor()
    assert.deepEqual(
      [await count(operator, 'orders'), await count(operator, 'sessions')],
      ['1', '1'],
    )
    const saving = page.waitForEvent('download')
    await operator.button(said.download).click()
    const saved = JSON.parse(await readFile(await (await saving).path(), 'utf8'))
    const { body } = await engine.look(`/api/admin/buyers/${buyerId}/export`)
    assert.deepEqual({ ...saved, exportedAt: '' }, { ...body, exportedAt: '' })
    await page.getByRole('link', { name: said.itsOrders }).click()
    await page.getByRole('link', { name: body.orders[0].orderId }).waitFor()
    await operator.open('#/buyers/4711')
    await page.getByText(frame.refusal['no-such-buyer']!).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('with pending orders is not erased before they are cancelled', async () => {
    const { buyerId, sessionToken } = await newBuyer(engine, 'to be erased')
    const saleId = await engine.sale()
    const { orderId } = await buy(engine, saleId, buyerId)
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open(`#/buyers/${buyerId}`)
    await act(operator, said.erase, 'asked for it')
    await page.getByText(frame.refusal['buyer-has-pending-orders']!).waitFor()
    assert.equal(await isSignedIn(engine, saleId, sessionToken), true)
    await page.getByRole('link', { name: said.pendingOrders }).click()
    await page.getByRole('link', { name: orderId }).click()
    await act(operator, orders.act.cancel, 'to be erased')
    await page.getByText(orders.actDone.cancel).waitFor()

    await page.getByRole('link', { name: buyerId }).click()
    await act(operator, said.erase, 'asked for it again')
    await page.getByText(said.eraseDone).waitFor()
    await page.getByText(said.keptWhy.orders).waitFor()
    await page.locator('.badge', { hasText: said.erased }).waitFor()
    assert.equal(await isSignedIn(engine, saleId, sessionToken), false)
    assert.equal(await page.getByText('to be erased').count(), 0)
    const reasons = (await logOf(buyerId)).map(({ reason }) => reason)
    assert.deepEqual(reasons, ['asked for it again'])
    assert.deepEqual(operator.faults, [])
  })

  test('is blocked and unblocked, and attempts are answered so', async () => {
    const saleId = await engine.sale({ limits: { buyerPerSecond: 1000 } })
    const [token] = await engine.tokens(saleId, ['4242'])
    const isBlocked = (wanted: boolean) =>
      eventually(
        () => engine.attempt(saleId, token!),
        ({ status }) => (status === 403) === wanted,
      )
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/buyers/4242')
    await operator.button(blocks.add).click()
    await page.getByLabel(blocks.untilOptional).fill('2020-01-01T00:00:00')
    await operator.dialogButton(blocks.add).click()
    await page.locator('dialog .fault', { hasText: blocks.past }).waitFor()
    await page.getByLabel(blocks.untilOptional).fill('')
    await page.getByLabel(frame.reason, { exact: true }).fill('a bot')
    await operator.dialogButton(blocks.add).click()
    await page.getByText(said.blockedForGood('test')).waitFor()
    await isBlocked(true)
    await operator.button(blocks.lift).click()
    await operator.dialogButton(blocks.lift).click()
    await page.getByText(blocks.lifted('4242')).waitFor()
    await operator.button(blocks.add).waitFor()
    await isBlocked(false)
    assert.deepEqual(operator.faults, [])
  })

  test('is only looked at by a viewer', async () => {
    const { buyerId } = await newBuyer(engine, 'looked at')
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    await viewer.open(`#/buyers/${buyerId}`)
    await viewer.page.getByText('looked at').waitFor()
    await viewer.button(said.download).waitFor()
    for (const write of [said.erase, blocks.add, blocks.lift])
      assert.equal(await viewer.button(write).count(), 0)
    assert.deepEqual(viewer.faults, [])
  })
})
