// Nothing in the shop shuts anybody out: every view passes axe-core on a small phone and a wide screen, by day and by
// night, in both languages; and nothing moves for whoever wants that.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chinese } from '../../web/store/chinese.ts'
import { english } from '../../web/store/english.ts'
import { barriersInEveryLook } from '../support/axe.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { buyerPage } from '../support/buyer-page.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { moving } from '../support/motion.ts'
import { pay, see } from '../support/order.ts'

interface ShopView {
  name: string
  path: string
  act?: (page: Page, said: typeof english) => Promise<unknown> // before it is looked at
}

suite('the shop shuts nobody out', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser
  let sales: Record<'before' | 'open' | 'sold out' | 'ended' | 'challenge' | 'short', string>

  before(async () => {
    engine = await startEngine({ SECKILL_LOOK_EVERY_MS: '50' })
    browser = await startBrowser()
    const startsAt = new Date(Date.now() + 3_000_000).toISOString()
    sales = {
      before: await engine.sale({ title: 'Not yet', startsAt }),
      open: await engine.sale({ title: 'On sale', perBuyerLimit: 2 }),
      'sold out': await engine.sale({ title: 'Gone', stock: 1 }),
      ended: await engine.sale({ title: 'Over' }),
      challenge: await engine.sale({ title: 'Guarded', limits: { challenge: 'entry' } }),
      short: await engine.sale({ title: 'Quick to pay', payWithinMs: 1000 }),
    }
    await engine.operate(`/api/admin/sales/${sales.ended}/close`, { reason: 'a look at it' })
    const [token] = await engine.tokens(sales['sold out'], ['1'])
    await engine.attempt(sales['sold out'], token!)
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const signedIn = (): ShopView[] => [
    { name: 'all sales', path: '/' },
    ...(['before', 'open', 'sold out', 'ended'] as const).map((name) => ({
      name: `a sale: ${name}`,
      path: `/sales/${sales[name]}/`,
      act: (page: Page) => page.locator('.badge, .buy').first().waitFor(),
    })),
    {
      name: 'a challenge',
      path: `/sales/${sales.challenge}/`,
      async act(page, said) {
        await page.getByRole('progressbar', { name: said.proof }).waitFor()
      },
    },
    { name: 'nothing', path: '/#/nowhere' },
  ]

  // Orders that are paid, expired and pending.
  const ordersOf = async (credential: string): Promise<ShopView[]> => {
    const buy = async (saleId: string, wanted: string) => {
      const entry = await engine.request('POST', `/api/sales/${saleId}/entries`, { credential })
      const token = entry.body.purchaseToken
      const { orderId } = (await engine.attempt(saleId, token)).body
      if (wanted === 'paid')
        await eventually(
          () => pay(engine, { orderId, token }),
          ({ status }) => status < 300,
        )
      await eventually(
        () => see(engine, { orderId, token }),
        ({ body }) => body.status === wanted,
      )
      return { name: `an order: ${wanted}`, path: `/#/sales/${saleId}/orders/${orderId}` }
    }
    const pending = await buy(await engine.sale(), 'pending')
    return [
      await buy(sales.open, 'paid'),
      await buy(sales.short, 'expired'),
      pending,
      {
        ...pending,
        name: 'a question',
        act: (page, said) => page.getByRole('button', { name: said.cancel }).click(),
      },
      { name: 'my orders', path: '/#/orders' },
    ]
  }

  // What is solved never is: so it can be looked at.
  const neverSolved = (page: Page) =>
    page.route('**/challenge', async (route) => {
      const response = await route.fetch()
      const body = await response.json()
      body.challenge.parameters.keyPrefix = '0'.repeat(32)
      body.challenge.parameters.data.difficulty = 10_000_000
      await route.fulfill({ response, json: body })
    })

  const lookAt = async (page: Page, views: ShopView[], said: typeof english): Promise<string[]> => {
    const found: string[] = []
    const isAgain = said !== english
    for (const { name, path, act } of views) {
      await page.goto('/api/time') // else only the address changes, and the old view is there for a moment
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText(said.loading).first().waitFor({ state: 'detached' })
      await act?.(page, said)
      const here = [...(await barriersInEveryLook(page, { isAgain })), ...(await moving(page))]
      found.push(...here.map((barrier) => `${name}: ${barrier}`))
    }
    return found
  }

  for (const said of [english, chinese]) {
    test(`whoever is signed in, in ${said.name}`, async () => {
      await using buyer = await buyerPage(browser, engine)
      const { page, sessionToken } = buyer
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await neverSolved(page)
      await buyer.open('/')
      if (said === chinese) await buyer.button(chinese.name).click()
      const views = [...signedIn(), ...(await ordersOf(sessionToken))]
      assert.deepEqual(await lookAt(page, views, said), [])
      assert.deepEqual(buyer.faults, [])
    })

    test(`whoever is not, and whoever runs no script, in ${said.name}`, async () => {
      const locale = said === english ? 'en-GB' : 'zh-CN'
      const options = { locale, baseURL: engine.url, reducedMotion: 'reduce' } as const
      await using visit = await visitor(browser, options)
      const { page } = visit
      const views = [
        { name: 'the door', path: '/#/sign-in' },
        { name: 'a sale', path: `/sales/${sales.open}/` },
        { name: 'no orders', path: '/#/orders' },
      ]
      const found = await lookAt(page, views, said)
      await page.route('**/store.js', (route) => route.abort())
      const bare = [{ name: 'no script', path: `/sales/${sales.open}/` }]
      found.push(...(await lookAt(page, bare, said)))
      assert.deepEqual(found, [])
    })
  }
})
