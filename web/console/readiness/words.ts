// What is said of whether a sale is ready. What each check says in full comes from the server.

import { inBoth } from '../language.ts'

const english = {
  title: 'Is it ready?',
  titleOf: (title: string) => `Is ${title} ready?`,
  waiting: 'Looking at everything that could go wrong…',
  ready: 'The sale is ready.',
  notReady: 'The sale is not ready.',
  fails: (count: number) => (count === 1 ? '1 check fails.' : `${count} checks fail.`),
  warns: (count: number) => (count === 1 ? '1 wants a look.' : `${count} want a look.`),
  all: 'All checks',
  fromServer: 'It is looked at again every few seconds.',
  level: { ok: '✓ Good', warn: '! Look', fail: '✗ Fails' } as Record<string, string>,
  check: {
    state: 'State of the sale',
    start: 'Start',
    engine: 'Stock engine',
    tokens: 'Purchase tokens',
    price: 'Price',
    units: 'Units, and how many a buyer gets',
    rates: 'Limits',
    payment: 'Time to pay',
    books: 'The books',
    queue: 'Order queue',
    loops: 'What the server does by itself',
    store: 'Store',
  } as Record<string, string>,
}

const chinese: typeof english = {
  title: '开卖前检查',
  titleOf: (title) => `「${title}」开卖前检查`,
  waiting: '正在逐项检查…',
  ready: '一切就绪，可以开卖。',
  notReady: '还没准备好。',
  fails: (count) => `${count} 项不通过。`,
  warns: (count) => `${count} 项要留意。`,
  all: '查看各项检查',
  fromServer: '每隔几秒自动重查。每项的详细说明由服务器给出，是英文。',
  level: { ok: '✓ 正常', warn: '! 留意', fail: '✗ 不通过' },
  check: {
    state: '活动状态',
    start: '开抢时间',
    engine: '库存引擎',
    tokens: '抢购令牌',
    price: '价格',
    units: '库存与限购',
    rates: '限流',
    payment: '付款时限',
    books: '对账',
    queue: '订单队列',
    loops: '后台任务',
    store: '存储',
  },
}

export const readinessWords = inBoth({ en: english, 'zh-CN': chinese })
export const readinessInEnglish = english
export const readinessInChinese = chinese
