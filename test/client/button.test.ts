// The built button in a page of another origin, in a real browser: in both languages, by keyboard, and under
// a policy that allows no inline script, no inline style and no eval.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { OUTCOMES } from '../../src/domain/attempt.ts'
import { wordsIn } from '../../web/button/words.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { BUTTON, type PageWithButton, startPageWithButton } from './page-with-button.ts'

const BYTES_MAX = 12_000 // compressed

const COLOUR = `getComputedStyle(
  document.querySelector('seckill-button').shadowRoot.querySelector('button'),
).backgroundColor`

const english = wordsIn('en')
const chinese = wordsIn('zh-CN')

suite('the button', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let shop: PageWithButton
  let buyerId = 0

  before(async () => {
    shop = await startPageWithButton()
    engine = await startEngine({ SECKILL_ORIGINS: shop.url, SECKILL_CHANGES_EVERY_MS: '20' })
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
  })

  // Somebody new in front of a page with this sale's button.
  const buyer = async (saleId: string, of: { lang?: string; attributes?: string } = {}) => {
    buyerId += 1
    const [token] = await engine.tokens(saleId, [String(buyerId)])
    shop.gives(token)
    shop.shows({ engine: engine.url, saleId, ...of })
    const visit = await visitor(browser, { locale: 'en-GB' })
    await visit.page.goto(shop.url)
    const { page } = visit
    return {
      ...visit,
      token: token!,
      button: (name: string) => page.getByRole('button', { name, exact: true }),
      told: (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor(),
      async heard(): Promise<Record<string, { outcome?: string; orderId?: string }>> {
        const lines = (await page.locator('#heard').textContent())!.trim().split('\n')
        const events = lines.filter((line) => line !== '').map((line) => line.split(/ (.*)/))
        return Object.fromEntries(events.map(([name, detail]) => [name, JSON.parse(detail!)]))
      },
    }
  }

  for (const [lang, said] of [
    ['en', english],
    ['zh-Hans', chinese],
  ] as const)
    test(`counts down, opens, and buys at one press of a key, in ${lang}`, async () => {
      const startsAt = new Date(Date.now() + 2000).toISOString()
      const saleId = await engine.sale({ startsAt })
      await using here = await buyer(saleId, { lang })
      const attempts: number[] = []
      here.page.on('response', (response) => {
        const isPreflight = response.request().method() === 'OPTIONS'
        if (response.url().endsWith('/attempts') && !isPreflight) attempts.push(response.status())
      })
      await here.page.getByRole('timer').filter({ hasText: '00:00:0' }).waitFor()
      const closed = here.button(said.label.scheduled)
      assert.equal(await closed.getAttribute('aria-disabled'), 'true')
      await here.told(said.openNow)
      await here.page.keyboard.press('Tab')
      await here.page.keyboard.press('Enter')
      await here.told(said.outcome.accepted)
      await here.button(said.yours).waitFor()
      assert.deepEqual(attempts, [202], 'one press, one attempt, not too early')
      const heard = await here.heard()
      const { orderId } = heard['seckill-accepted']!
      assert.deepEqual(heard, {
        'seckill-outcome': { outcome: 'accepted', saleId },
        'seckill-accepted': { orderId, saleId },
      })
      const again = await engine.attempt(saleId, here.token)
      assert.equal(again.body.orderId, orderId)
      assert.deepEqual(here.faults, [])
    })

  test('says sold out, and lets one try again', async () => {
    const saleId = await engine.sale({ stock: 1 })
    const [other] = await engine.tokens(saleId, ['999'])
    const { body } = await engine.attempt(saleId, other!)
    await using here = await buyer(saleId)
    await here.button(english.label['sold-out']).click()
    await here.told(english.outcome['sold-out'])
    assert.deepEqual(await here.heard(), { 'seckill-outcome': { outcome: 'sold-out', saleId } })
    const path = `/api/orders/${body.orderId}/cancel?saleId=${saleId}`
    const cancel = () => engine.request('POST', path, { credential: other })
    await eventually(cancel, ({ status }) => status === 200)
    const audit = () => engine.look(`/api/admin/sales/${saleId}/audit`)
    await eventually(audit, ({ body: books }) => books.available === 1)
    await here.button(english.again).click()
    await here.told(english.outcome.accepted)
    assert.deepEqual(here.faults, [])
  })

  test('buys several units where its page says so', async () => {
    const saleId = await engine.sale({ perBuyerLimit: 2 })
    await using here = await buyer(saleId, { attributes: 'units="2"' })
    await here.button(english.label.open).click()
    await here.told(english.outcome.accepted)
    const { orderId } = (await here.heard())['seckill-accepted']!
    const path = `/api/orders/${orderId}`
    const { body } = await engine.request('GET', path, { credential: here.token })
    assert.equal(body.units, 2)
  })

  test('solves a challenge by itself', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'always' } })
    await using here = await buyer(saleId)
    await here.button(english.label.open).click()
    await here.told(english.outcome.accepted)
    assert.deepEqual(here.faults, [])
  })

  test('says that one has to sign in when its page has no token, and asks once for a new one', async () => {
    const saleId = await engine.sale()
    await using here = await buyer(saleId)
    shop.gives(undefined)
    await here.button(english.label.open).click()
    await here.told(english.outcome.unauthorized)
    shop.gives('a token of long ago')
    shop.asked.length = 0
    await here.button(english.again).click()
    await eventually(
      async () => shop.asked.length,
      (count) => count === 2,
    )
    await here.told(english.outcome.unauthorized)
    assert.deepEqual(shop.asked, ['false', 'true'])
    shop.breaks()
    await here.button(english.again).click()
    await here.told(english.outcome['no-answer'])
    shop.gives(here.token)
    await here.button(english.again).click()
    await here.told(english.outcome.accepted)
    assert.deepEqual(here.faults, ['no purchase token'])
  })

  test('says when it tries again, and stops when it is told to', async () => {
    const saleId = await engine.sale()
    await using here = await buyer(saleId)
    await here.page.route('**/attempts', (route) => {
      if (route.request().method() === 'OPTIONS') return route.fallback()
      const headers = {
        'access-control-allow-origin': shop.url,
        'access-control-expose-headers': 'Retry-After',
        'retry-after': '60',
      }
      return route.fulfill({ status: 503, headers, json: { code: 'busy' } })
    })
    await here.button(english.label.open).click()
    await here.told(`${english.outcome.busy} Trying again in 6`)
    assert.equal(await here.button(english.asking).getAttribute('aria-disabled'), 'true')
    await here.button(english.stop).click()
    await here.told(english.stopped)
    await here.button(english.again).waitFor()
    assert.deepEqual(here.faults, [])
  })

  test('a sale that is not there is not for sale', async () => {
    const saleId = await engine.sale()
    await using here = await buyer(saleId)
    shop.shows({ engine: engine.url, saleId: '999999' })
    await here.page.goto(shop.url)
    await here.told(english.outcome['no-such-sale'])
    assert.deepEqual(here.faults, [])
  })

  test('looks as its page wants, and speaks its language when that changes', async () => {
    const saleId = await engine.sale()
    await using here = await buyer(saleId)
    await here.button(english.label.open).waitFor()
    const colour = await here.page.evaluate(COLOUR)
    assert.equal(colour, 'rgb(1, 2, 3)')
    await here.page.locator('html').evaluate((one) => one.setAttribute('lang', 'zh-CN'))
    await here.button(chinese.label.open).waitFor()
  })
})

suite('what was built of the button', () => {
  const code = readFileSync(BUTTON)

  test('is small', () => {
    const { length } = gzipSync(code)
    assert(length <= BYTES_MAX, `${length} bytes`)
  })

  test('needs no other file', () => {
    assert.doesNotMatch(code.toString(), /\bimport\s*[\w{*("']/)
  })
})

for (const [lang, said] of Object.entries({ english, chinese }))
  test(`the button has ${lang} words for every outcome, and for no answer at all`, () => {
    assert.deepEqual(Object.keys(said.outcome).sort(), [...OUTCOMES, 'no-answer'].sort())
  })
