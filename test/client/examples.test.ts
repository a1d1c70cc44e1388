// The examples that people start from are run as they would run them.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import type { Browser, Locator } from 'playwright-core'
import { wordsIn } from '../../web/button/words.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { type Engine, OPERATOR, startEngine } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'

const EXAMPLES = join(import.meta.dirname, '../../client/examples')
const run = promisify(execFile)

suite('the examples', () => {
  test('a new buyer in Node buys, and sees the order paid', async () => {
    await using engine = await startEngine()
    const saleId = await engine.sale({ startsAt: new Date(Date.now() + 1500).toISOString() })
    const example = join(EXAMPLES, 'buy.ts')
    const { stdout } = await run(process.execPath, [example, engine.url, saleId], {
      timeout: 20_000,
    })
    assert.match(stdout, /accepted: order (\d+)\n/)
    assert.match(stdout, /order \d+ is paid\n$/)
  })

  suite('a shop with its own accounts', { skip: NO_BROWSER }, () => {
    let engine: Engine
    let browser: Browser
    let origin: string
    let saleId: string
    let shop: AsyncDisposable

    before(async () => {
      const port = await freePort()
      origin = `http://127.0.0.1:${port}`
      engine = await startEngine({ SECKILL_ORIGINS: origin })
      saleId = await engine.sale()
      shop = await runShop({
        SECKILL_SHOP_ADMIN_KEY: OPERATOR,
        SECKILL_SHOP_ENGINE: engine.url,
        SECKILL_SHOP_SALE: saleId,
        SECKILL_SHOP_PORT: String(port),
      })
      browser = await startBrowser()
    })

    after(async () => {
      await browser.close()
      await shop[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
    })

    // Of the order that a page has told of.
    const saleOf = async (told: Locator) => {
      await told.waitFor()
      const [, orderId] = (await told.textContent())!.split(' ')
      return (await engine.look(`/api/admin/orders/${orderId}`)).body.saleId
    }

    test('sells by the button, to whom it knows', async () => {
      await using visit = await visitor(browser, { locale: 'en-GB', baseURL: origin })
      const { faults, page } = visit
      await page.goto('/')
      await page.getByRole('button', { name: wordsIn('en').label.open, exact: true }).click()
      assert.equal(await saleOf(page.locator('#order', { hasText: /^Order \d+$/ })), saleId)
      assert.deepEqual(faults, [])
      const stranger = await fetch(`${origin}/purchase-token`, { method: 'POST' })
      assert.equal(stranger.status, 401)
    })

    test('sells by a page of its own making, which follows the order', async () => {
      await using visit = await visitor(browser, { locale: 'en-GB', baseURL: origin })
      const { faults, page } = visit
      await page.goto('/own')
      await page.getByRole('button', { name: 'Buy', exact: true }).click()
      const pending = page.locator('#told', { hasText: /^Order \d+ is pending$/ })
      assert.equal(await saleOf(pending), saleId)
      assert.deepEqual(faults, [])
    })
  })
})

// The shop as a process of its own, once it says that it is there.
const runShop = async (environment: Record<string, string>): Promise<AsyncDisposable> => {
  const shop = spawn(process.execPath, [join(EXAMPLES, 'shop-page/server.ts')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(shop, 'exit')
  const isUp = once(createInterface(shop.stdout), 'line')
  const failed = ended.then(() => assert.fail('the shop has ended'))
  await Promise.race([isUp, failed])
  return {
    async [Symbol.asyncDispose]() {
      shop.kill()
      await ended
    },
  }
}
