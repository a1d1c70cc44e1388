// Where who buys and what was bought is found: the words of links that stand outside of those views, which
// bring the rest of their words with them.

import { inBoth } from './language.ts'

const english = {
  orders: 'Orders',
  ordersOfSale: 'Its orders',
  buyers: 'Buyers',
  blocklist: 'Blocklist',
}

const chinese: typeof english = {
  orders: '订单',
  ordersOfSale: '本场订单',
  buyers: '买家',
  blocklist: '黑名单',
}

export const buyingWords = inBoth({ en: english, 'zh-CN': chinese })
export const buyingInEnglish = english
