// A sale as its page shows it, for tests of that page.

import type { SaleFacts } from '../../src/gateway/sale-page.ts'

export const PRODUCT = {
  productId: '3',
  title: 'A phone',
  listPrice: 499_900,
  currency: 'CNY',
  picture: 'https://shop.example/phone.png',
  description: 'It rings & it shines',
}

export const saleFacts = (other: Partial<SaleFacts> = {}): SaleFacts => ({
  saleId: '7',
  title: 'Phones at eight',
  product: PRODUCT,
  price: 99_900,
  currency: 'CNY',
  listPrice: PRODUCT.listPrice,
  startsAt: '2026-11-11T12:00:00.000Z',
  endsAt: '2026-11-11T13:00:00.000Z',
  perBuyerLimit: 2,
  admission: 'open',
  ...other,
})
