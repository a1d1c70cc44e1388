// The page of a sale in a real browser: with no script at all, with one, from the first sight to the order,
// and at the second of the opening on a device whose clock is wrong.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type BuyerPage, buyerPage } from '../support/buyer-page.ts'
import { type Engine, saleDraft, startEngine } from '../support/engine.ts'

const HOUR_MS = 3_600_000
const OPENS_WITHIN_MS = 100
const OPENINGS = 3

// What a device with a wrong clock takes for now; time that is only measured is right.
const clockOff = (ms: number) => `
  const trueMs = Date.now
  Date.now = () => trueMs() + ${ms}
  globalThis.Date = new Proxy(Date, {
    construct: (target, given, asked) =>
      Reflect.construct(target, given.length === 0 ? [Date.now()] : given, asked),
  })
`

// When the button opened, by the machine's clock, which is the server's as well.
const WATCH_BUTTON = `new Promise((resolve) => {
  const look = () => {
    const isOpen = document.querySelector('button.buy')?.getAttribute('aria-disabled') === 'false'
    if (isOpen) resolve(performance.timeOrigin + performance.now())
    return isOpen
  }
  if (look()) return
  const watching = new MutationObserver(() => look() && watching.disconnect())
  watching.observe(document, { subtree: true, childList: true, attributes: true })
})`

suite('the page of a sale', { skip: NO_BROWSER }, () => {
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

  test('shows product, price and times without JavaScript', async () => {
    const description = 'It <b>rings</b> & shines'
    const product = { title: 'A phone', description, listPrice: 499_900, currency: 'CNY' }
    const { productId } = (await engine.operate('/api/admin/products', product)).body
    const startsAt = '2036-11-11T12:00:00.000Z'
    const endsAt = '2036-11-11T13:00:00.000Z'
    const draft = { ...(await saleDraft(engine.operate)), productId, startsAt, endsAt }
    const saleId = await engine.sale({ ...draft, title: 'Phones at eight', perBuyerLimit: 2 })
    await using visit = await visitor(browser, { baseURL: engine.url, javaScriptEnabled: false })
    const { page } = visit
    const response = await page.goto(`/sales/${saleId}`)
    assert.equal(response!.status(), 200)
    assert.equal(new URL(page.url()).pathname, `/sales/${saleId}/`)
    const main = page.getByRole('main')
    for (const text of ['A phone', description, 'CNY 999.00', 'CNY 4,999.00', 'At most 2'])
      assert.equal(await main.getByText(text).count(), 1, text)
    await page.getByRole('heading', { name: 'Phones at eight', level: 1 }).waitFor()
    await main.getByText('2036-11-11 12:00:00 UTC').waitFor()
    await main.getByText('2036-11-11 13:00:00 UTC').waitFor()
    await main.getByText('Buying needs JavaScript').waitFor()
    assert.match(await page.title(), /^Phones at eight/)
  })

  test('shows the sale before anything was answered, and no button that it cannot open', async () => {
    const saleId = await engine.sale({ title: 'Phones at eight' })
    await using buyer = await buyerPage(browser, engine)
    const { page } = buyer
    await page.route('**/api/**', (route) => route.abort())
    await buyer.open(`/sales/${saleId}/`)
    await page.getByRole('heading', { name: 'Phones at eight' }).waitFor()
    await page.getByText(said.unreachable).waitFor()
    assert.equal(await buyer.button(said.loading).getAttribute('aria-disabled'), 'true')
    assert.equal(await page.locator('.badge').count(), 0)
    await page.unroute('**/api/**')
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.locator('button.buy[aria-disabled=false]').waitFor()
    assert.deepEqual(buyer.faults, [])
  })

  test('shows what is newer than the page it came with', async () => {
    const saleId = await engine.sale({ title: 'Phones at eight' })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
    const { faults, page } = visit
    await page.route(`**/sales/${saleId}/`, async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replaceAll('Phones at eight', 'Phones at seven')
      return route.fulfill({ response, body })
    })
    await page.goto(`/sales/${saleId}/`)
    await page.getByRole('heading', { name: 'Phones at eight' }).waitFor()
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
    assert.deepEqual(faults, [])
  })

  test('sells, and all other views work on it: back, reload, the other language', async () => {
    const saleId = await engine.sale({ title: 'Phones at six' })
    await using buyer = await buyerPage(browser, engine)
    const { page } = buyer
    const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
    await buyer.open('/')
    await page.getByRole('link', { name: 'Phones at six' }).click()
    await page.waitForURL(`**/sales/${saleId}/`)
    await buyer.button(said.buy).click()
    await page.getByText(said.orderStatus.pending).waitFor()
    await page.getByRole('link', { name: said.orders }).click()
    await heading(said.orders)
    await page.reload()
    await heading(said.orders)
    await page.goBack()
    await heading(said.order)
    await page.goBack()
    await heading('Phones at six')
    await page.getByRole('link', { name: said.toOrder }).waitFor()
    await buyer.button(chinese.name).click()
    await page.getByRole('link', { name: chinese.toOrder }).waitFor()
    await page.getByRole('link', { name: chinese.sales }).click()
    await heading(chinese.sales)
    assert.equal(new URL(page.url()).pathname, '/')
    assert.deepEqual(buyer.faults, [])
  })

  test('of no sale says so, with a script and without', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const options = { locale: 'en-GB', baseURL: engine.url, javaScriptEnabled }
      await using visit = await visitor(browser, options)
      assert.equal((await visit.page.goto('/sales/999/'))!.status(), 404)
      const wanted = javaScriptEnabled ? said.outcome['no-such-sale'] : 'There is no such sale.'
      await visit.page.getByRole('heading', { name: wanted }).waitFor()
    }
  })

  test('runs nothing that stands in a sale, and breaks no rule of its own', async () => {
    const evil = '</script><script>document.title = 1</script><img src=x onerror=alert(1)>'
    const picture = "https://127.0.0.1:1/?'onerror='alert(1)"
    const product = { title: evil, description: evil, picture, listPrice: 200, currency: 'CNY' }
    const { productId } = (await engine.operate('/api/admin/products', product)).body
    const draft = { ...(await saleDraft(engine.operate)), productId, price: 100 }
    const saleId = await engine.sale({ ...draft, title: evil })
    for (const javaScriptEnabled of [true, false]) {
      const options = { locale: 'en-GB', baseURL: engine.url, javaScriptEnabled }
      await using visit = await visitor(browser, options)
      await visit.page.goto(`/sales/${saleId}/`)
      await visit.page.getByRole('heading', { name: evil }).waitFor()
      assert.equal(await visit.page.locator('script').count(), 2, 'the module and the data')
      assert.equal(await visit.page.locator('[onerror]').count(), 0)
      assert.deepEqual(visit.faults, [])
    }
  })

  for (const hours of [-1, 1])
    test(`opens with the server's clock, on a device ${hours} hour off`, async () => {
      await using buyer = await buyerPage(browser, engine)
      await buyer.page.addInitScript(clockOff(hours * HOUR_MS))
      // A busy machine can only make a page late. One that reads the clock wrongly is wrong each time.
      const latenessesMs: number[] = []
      while (latenessesMs.length < OPENINGS && !latenessesMs.some((ms) => ms <= OPENS_WITHIN_MS)) {
        const lateMs = await latenessOfOpening(buyer)
        assert(lateMs >= -OPENS_WITHIN_MS, `${-lateMs} ms before the start`)
        latenessesMs.push(lateMs)
      }
      assert(Math.min(...latenessesMs) <= OPENS_WITHIN_MS, `late by ${latenessesMs.join(', ')} ms`)
      assert.deepEqual(buyer.faults, [])
    })

  const latenessOfOpening = async ({ page, open }: BuyerPage) => {
    const startsAtMs = Date.now() + 2000
    const saleId = await engine.sale({ startsAt: new Date(startsAtMs).toISOString() })
    await open(`/sales/${saleId}/`)
    assert(Math.abs((await page.evaluate<number>('Date.now()')) - Date.now()) > HOUR_MS / 2)
    return (await page.evaluate<number>(WATCH_BUTTON)) - startsAtMs
  }
})
