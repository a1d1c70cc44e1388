// Webhooks in the console: an endpoint from its first day to its last, and what became of what was sent there.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { webhookVerifier } from '../../client/webhooks.ts'
import { EVENT_TYPES } from '../../src/domain/webhook-event.ts'
import { english as common } from '../../web/console/english.ts'
import { operationsInEnglish as operations } from '../../web/console/operations-words.ts'
import { EVENT_TYPES as KNOWN } from '../../web/console/webhooks/shapes.ts'
import { webhooksInChinese, webhooksInEnglish as said } from '../../web/console/webhooks/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  startEngine,
  VIEWER,
} from '../support/engine.ts'
import { buy } from '../support/order.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

const PATH = '/api/admin/webhook-endpoints'

test('every event that is told of can be chosen, and is said in both languages', () => {
  assert.deepEqual(KNOWN, EVENT_TYPES)
  for (const words of [said, webhooksInChinese])
    assert.deepEqual(Object.keys(words.type), EVENT_TYPES)
})

suite('webhooks in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let saleId: string
  let buyers = 0

  before(async () => {
    engine = await startEngine({
      SECKILL_WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
      SECKILL_RELEASE_EVERY_MS: '20',
      SECKILL_LOOK_EVERY_MS: '50',
      SECKILL_BUYER_PER_SECOND: '1000',
    })
    browser = await startBrowser()
    saleId = await engine.sale({ stock: 1000 })
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const order = () => buy(engine, saleId, String((buyers += 1)))

  const look = async (endpointId: string): Promise<Json> =>
    (await engine.look(`${PATH}/${endpointId}`)).body

  // A receiver with an endpoint for the length of a test.
  const listening = async (
    terms: object,
    test: (of: { receiver: Receiver; endpointId: string }) => Promise<void>,
  ) => {
    await using receiver = await startReceiver()
    const { body } = await engine.operate(PATH, { url: receiver.url, ...terms })
    try {
      await test({ receiver, endpointId: body.endpointId })
    } finally {
      await engine.request('DELETE', `${PATH}/${body.endpointId}`, { credential: OPERATOR })
    }
  }

  const act = async (operator: OperatorPage, action: keyof typeof said.action) => {
    await operator.button(said.action[action]).click()
    await operator.dialogButton(said.action[action]).click()
    await operator.page.getByRole('status').getByText(said.actionDone[action]).waitFor()
  }

  const field = ({ page }: OperatorPage, label: string) => page.getByLabel(label, { exact: true })

  const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

  test('an endpoint is made, and its secret is shown this once', async () => {
    await using receiver = await startReceiver()
    const permissions = ['clipboard-read', 'clipboard-write']
    await using operator = await operatorPage(browser, engine, { permissions })
    const { page } = operator
    await operator.open('#/webhooks/new')
    await page.getByLabel(said.allTypes).uncheck()
    await operator.button(said.addIt).click()
    await page.getByText(common.textFault.needed).waitFor()
    await page.getByText(said.noType).waitFor()
    await page.getByLabel('order.pending').check()
    await field(operator, said.url).fill('http://10.0.0.1/hooks')
    await operator.button(said.addIt).click()
    await page.locator('.field .fault').waitFor()
    await field(operator, said.url).fill(receiver.url)
    await operator.button(said.addIt).click()
    const secret = (await page.locator('.secret').textContent())!
    assert.match(secret, /^whsec_/)
    await page.getByText(said.secretSaid).waitFor()
    await operator.button(said.copy).click()
    await page.getByText(said.copied).waitFor()
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), secret)

    await operator.button(said.kept).click()
    await page.getByRole('heading', { name: said.endpoint }).waitFor()
    await page.reload()
    await page.getByText(receiver.url).waitFor()
    const kept = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])')
    const seen = [await page.content(), page.url(), String(kept)]
    assert(seen.every((text) => !text.includes(secret)))
    const endpointId = /\d+$/.exec(page.url())![0]
    assert.deepEqual((await look(endpointId)).types, ['order.pending'])
    await order()
    const [received] = await receiver.arrived(1)
    const { event } = await webhookVerifier({ secrets: [secret] })(received!)
    assert.equal(event.type, 'order.pending')
    await engine.request('DELETE', `${PATH}/${endpointId}`, { credential: OPERATOR })
    assert.deepEqual(operator.faults, [])
  })

  test('of two operators at once the second is told, and loses nothing', async () => {
    await listening({ description: 'Before' }, async ({ receiver, endpointId }) => {
      await using first = await operatorPage(browser, engine)
      await using second = await operatorPage(browser, engine)
      for (const one of [first, second]) await one.open(`#/webhooks/${endpointId}/edit`)
      await field(first, said.descriptionOptional).fill('By the first')
      await first.page.getByLabel('sale.closed').uncheck()
      await first.button(common.save).click()
      await first.page.getByText('By the first').waitFor()

      await field(second, said.descriptionOptional).fill('By the second')
      await field(second, said.url).fill(`${receiver.url}/moved`)
      await second.button(common.save).click()
      await second.page.getByText(said.somebodyFaster).waitFor()
      assert.equal(await field(second, said.descriptionOptional).inputValue(), 'By the second')
      await second.page.getByText(common.nowIs('By the first')).waitFor()
      assert.equal(await second.page.getByLabel('sale.closed').isChecked(), false)
      await second.button(common.save).click()
      await second.page.getByText('By the second').waitFor()
      const { url, description, types } = await look(endpointId)
      assert.deepEqual([url, description], [`${receiver.url}/moved`, 'By the second'])
      assert(!types.includes('sale.closed') && types.length === 9)
      assert.deepEqual([...first.faults, ...second.faults], [])
    })
  })

  test('it is disabled with a reason, enabled, given another secret, and deleted', async () => {
    await listening({ types: ['order.pending'] }, async ({ endpointId }) => {
      await using operator = await operatorPage(browser, engine)
      const { page } = operator
      await operator.open(`#/webhooks/${endpointId}`)
      await operator.button(said.action.disable).click()
      await page.getByLabel(common.reasonOptional).fill('it is moved')
      await operator.dialogButton(said.action.disable).click()
      await page.getByText(said.because('it is moved')).waitFor()
      await act(operator, 'enable')
      await operator.button(said.action.disable).waitFor()
      assert.equal((await look(endpointId)).enabled, true)
      await act(operator, 'rotate')
      assert.match((await page.locator('.secret').textContent())!, /^whsec_/)
      await page.getByText('The old secret signs as well until').waitFor()
      await operator.button(said.kept).click()
      await page.locator('.secret').waitFor({ state: 'detached' })

      await operator.button(said.action.delete).click()
      await page.getByText(said.actionSaid.delete).waitFor()
      await operator.dialogButton(common.cancel).click()
      assert.equal((await look(endpointId)).enabled, true)
      await operator.button(said.action.delete).click()
      await operator.dialogButton(said.action.delete).click()
      await page.getByText(said.none).waitFor()
      assert.equal((await engine.look(`${PATH}/${endpointId}`)).status, 404)
      assert.deepEqual(operator.faults, [])
    })
  })

  test('what did not arrive is seen with why, and arrives when it is sent again', async () => {
    await listening({ types: ['order.pending'] }, async ({ receiver, endpointId }) => {
      receiver.answerWith(503)
      const { orderId } = await order()
      await receiver.arrived(1)
      await using operator = await operatorPage(browser, engine)
      const { page } = operator
      await page.clock.install()
      await operator.open(`#/webhooks/${endpointId}`)
      await page.getByRole('link', { name: said.status.open! }).click()
      const row = page.locator('tr', { hasText: orderId })
      await row.getByText(said.answered(503)).waitFor()
      await row.getByText(said.tries(1)).waitFor()
      await row.getByText(said.payload).click()
      const shown = JSON.parse((await row.locator('pre').textContent())!)
      assert.equal(shown.data.orderId, orderId)

      receiver.answerWith(204)
      await row.getByRole('button', { name: said.replay }).click()
      await page.getByLabel(common.reasonOptional).fill('it is back')
      await operator.dialogButton(said.replay).click()
      await page.getByRole('status').getByText('is being sent again').waitFor()
      const [one, other] = await receiver.arrived(2)
      assert.equal(one!.headers['webhook-id'], other!.headers['webhook-id'])
      await eventually(
        async () => (await engine.look(`/api/admin/deliveries?orderId=${orderId}`)).body,
        ({ deliveries }) => deliveries[0].status === 'delivered',
      )
      await page.clock.runFor(5000)
      await row.waitFor({ state: 'detached' })
      await operator.open(`#/deliveries?orderId=${orderId}`)
      await row.getByText(said.status.delivered!).waitFor()
      await row.getByText(said.answered(204)).waitFor()
      assert.deepEqual(operator.faults, [])
    })
  })

  test('to one that is disabled nothing is sent again, in words', async () => {
    await listening({ types: ['order.pending'] }, async ({ receiver, endpointId }) => {
      const { orderId } = await order()
      await receiver.arrived(1)
      const headers = { 'if-match': '*' }
      const off = { credential: OPERATOR, headers, body: { enabled: false } }
      await engine.request('PATCH', `${PATH}/${endpointId}`, off)
      await using operator = await operatorPage(browser, engine)
      const { page } = operator
      await operator.open(`#/orders/${orderId}`)
      await page.getByRole('link', { name: operations.told }).click()
      await operator.button(said.replay).click()
      await operator.dialogButton(said.replay).click()
      await page.getByText(common.refusal['webhook-endpoint-disabled']!).waitFor()
      await operator.open('#/webhooks')
      await page.getByText(said.because(said.noReason)).waitFor()
      assert.deepEqual(operator.faults, [])
    })
  })

  test('a viewer sees all of it and has no button that changes anything', async () => {
    await listening({ description: 'The warehouse' }, async ({ receiver, endpointId }) => {
      const { orderId } = await order()
      await receiver.arrived(1)
      await using viewer = await operatorPage(browser, engine, { key: VIEWER })
      const { page } = viewer
      await viewer.open('#/webhooks')
      await page.getByText('The warehouse').waitFor()
      assert.equal(await page.getByRole('link', { name: said.add }).count(), 0)
      await page.getByRole('link', { name: receiver.url }).click()
      await page.locator('tr', { hasText: orderId }).waitFor()
      assert.equal(await page.locator('main button').count(), 0)
      assert.equal(await page.getByRole('link', { name: said.edit }).count(), 0)
      for (const hash of ['#/webhooks/new', `#/webhooks/${endpointId}/edit`]) {
        await viewer.open(hash)
        await page.getByRole('heading', { name: common.noSuchPage }).waitFor()
      }
      assert.deepEqual(viewer.faults, [])
    })
  })

  test('texts from outside are text, and nothing has to be scrolled sideways at 360 px', async () => {
    const description = `<img src=x onerror="document.title=1">${'x'.repeat(150)}`
    const disabled = {
      enabled: false,
      reason: `<script>document.title=2</script>${'y'.repeat(160)}`,
    }
    await listening({ description, ...disabled }, async ({ endpointId }) => {
      await using operator = await operatorPage(browser, engine)
      const { page } = operator
      await page.setViewportSize({ width: 360, height: 700 })
      const one = `#/webhooks/${endpointId}`
      for (const hash of ['#/webhooks', one, `${one}/edit`]) {
        await operator.open(hash)
        if (hash === `${one}/edit`)
          assert.equal(await field(operator, said.descriptionOptional).inputValue(), description)
        else await page.getByText(disabled.reason).waitFor()
        assert.equal(await page.locator('main :is(img, script)').count(), 0)
        assert.equal(await page.evaluate(isWide), false, hash)
      }
      assert.deepEqual(operator.faults, [])
    })
  })
})
