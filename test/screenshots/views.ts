// The views whose pictures are taken, and how one comes there.

import type { Page } from 'playwright-core'
import type { Shop } from './shop.ts'

export type OpenView = (shop: Shop, page: Page) => Promise<unknown>

const asBuyer =
  (pathOf: (shop: Shop) => string): OpenView =>
  async (shop, page) => {
    await page.addInitScript(shop.signIn.buyer)
    await page.goto(pathOf(shop))
  }

const asOperator =
  (hashOf: (shop: Shop) => string): OpenView =>
  async (shop, page) => {
    await page.addInitScript(shop.signIn.operator)
    await page.goto(`/console${hashOf(shop)}`)
  }

const HERD_MS = 12_000

export const VIEWS: Record<string, OpenView> = {
  'store-sales': (_shop, page) => page.goto('/'),
  'store-countdown': asBuyer(({ comingId }) => `/sales/${comingId}/`),
  'store-order': asBuyer(({ order }) => `/#/sales/${order.saleId}/orders/${order.orderId}`),
  'console-sales': asOperator(() => '#/'),
  'console-new-sale': asOperator(() => '#/new'),
  'console-sale': asOperator(({ comingId }) => `#/sales/${comingId}`),
  async 'console-live'(shop, page) {
    await asOperator(() => '#/live')(shop, page)
    void shop.herd()
    await page.waitForTimeout(HERD_MS)
  },
  'console-audit': asOperator(({ soldOutId }) => `#/sales/${soldOutId}/audit`),
  'console-orders': asOperator(({ soldOutId }) => `#/orders?saleId=${soldOutId}`),
}
