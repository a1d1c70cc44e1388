// Nothing in the console shuts anybody out: every view passes axe-core on a small phone and a wide screen, by day and
// by night, in both languages; a sale is made by keyboard alone; and nothing moves for whoever wants that.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { chinese } from '../../web/console/chinese.ts'
import { english } from '../../web/console/english.ts'
import { barriersInEveryLook } from '../support/axe.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type Engine, OPERATOR, startEngine } from '../support/engine.ts'
import { moving } from '../support/motion.ts'
import { type ConsoleView, everyView, lookAt } from './every-view.ts'
import { operatorPage } from './operator-page.ts'

const WEBHOOKS_HERE = { SECKILL_WEBHOOK_ALLOW_HOSTS: '127.0.0.1' }

suite('the console shuts nobody out', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let views: ConsoleView[]

  before(async () => {
    engine = await startEngine(WEBHOOKS_HERE)
    browser = await startBrowser()
    views = await everyView(engine)
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const LANGUAGES = [
    { said: english, locale: 'en-GB' },
    { said: chinese, locale: 'zh-CN' },
  ]

  for (const { said, locale } of LANGUAGES) {
    test(`at its door, in ${said.name}`, async () => {
      const options = { locale, baseURL: engine.url, reducedMotion: 'reduce' } as const
      await using visit = await visitor(browser, options)
      const { page } = visit
      await page.goto('/console')
      await page.getByLabel(said.adminKey).fill('wrong')
      await page.keyboard.press('Enter')
      await page.locator('.fault').waitFor()
      assert.deepEqual(await barriersInEveryLook(page, { isAgain: said !== english }), [])
    })

    test(`in any of its views, in ${said.name}`, async () => {
      const options = { said, locale, reducedMotion: 'reduce' } as const
      await using operator = await operatorPage(browser, engine, options)
      const found: string[] = []
      const isAgain = said !== english
      for (const { name, hash, act } of views) {
        await lookAt(operator, hash, said)
        await act?.(operator, said)
        const { page } = operator
        const here = [...(await barriersInEveryLook(page, { isAgain })), ...(await moving(page))]
        found.push(...here.map((barrier) => `${name}: ${barrier}`))
      }
      assert.deepEqual(found, [])
    })
  }

  test('a sale is made by keyboard alone, from the door to its page', async () => {
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { page, faults } = visit
    const { keyboard } = page
    const tabTo = async (wanted: Locator) => {
      for (let stops = 0; !(await isFocused(wanted)); stops += 1) {
        assert(stops < STOPS_MAX, `${String(wanted)} cannot be reached`)
        await keyboard.press('Tab')
        assert(await page.evaluate(SHOWS_FOCUS), 'nobody sees where the focus is')
      }
    }
    const type = async (label: string, text: string) => {
      await tabTo(page.getByLabel(label, { exact: true }))
      await keyboard.type(text)
    }
    await page.goto('/console')
    await type(english.adminKey, OPERATOR)
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: english.sales, level: 1 }).waitFor()
    await tabTo(page.getByRole('link', { name: english.newSale }))
    await keyboard.press('Enter')
    await page.locator('h1:focus', { hasText: english.newSale }).waitFor()
    await type(english.productTitle, 'A kettle')
    await type(english.listPrice, '80')
    await type(english.term.title, 'Kettles by hand')
    await type(english.term.price, '8')
    await tabTo(page.getByRole('button', { name: english.create }))
    await keyboard.press('Enter')
    const stock = page.getByLabel(english.term.stock, { exact: true })
    await page.locator('.fault', { hasText: english.textFault.needed }).waitFor()
    assert(await isFocused(stock), 'the focus is where something is wrong')
    await keyboard.type('12')
    await keyboard.press('Enter')
    await page.locator('h1:focus', { hasText: 'Kettles by hand' }).waitFor()
    await tabTo(page.getByRole('button', { name: english.action.pause }))
    await keyboard.press('Enter')
    await page.locator('dialog :focus').waitFor()
    await keyboard.press('Escape')
    assert(await isFocused(page.getByRole('button', { name: english.action.pause })))
    assert.deepEqual(faults, [])
  })
})

const STOPS_MAX = 100

const isFocused = async (wanted: Locator) =>
  (await wanted.count()) > 0 && wanted.evaluate((one) => one.matches(':focus'))

// The outline of what has the focus; what is outside of the page has none.
const SHOWS_FOCUS = `document.activeElement === document.body ||
  getComputedStyle(document.activeElement).outlineStyle !== 'none'`
