// The page of one sale, made of the page of buyers: what is sold, for how much and when stands in it for
// whoever runs no script, and as data for the script, so that it shows the sale without asking. One page
// serves everybody, so its few words are in both languages. It says nothing of what changes by itself:
// status and what is left are asked for. Whatever came from an operator is escaped.

import assert from 'node:assert/strict'
import { escaped } from './escaped.ts'
import type { publicSale } from './views.ts'

export type SaleFacts = Omit<ReturnType<typeof publicSale>, 'status' | 'remaining'>

export interface SalePages {
  of(sale: SaleFacts): string
  unknown: string // of a sale that does not exist
}

const TITLE = /<title>[^<]*<\/title>/
const MAIN = /(<main[^>]*>).*?<\/main>/s

export const salePages = (template: string): SalePages => {
  assert(
    TITLE.test(template) && MAIN.test(template),
    'the page of buyers has a title and a main part',
  )
  const page = ({ head, main, after }: { head: string; main: string; after: string }) =>
    template
      .replace(TITLE, () => head)
      .replace(MAIN, (_, start: string) => `${start}${main}</main>${after}`)
  return {
    of: (sale) => page({ head: headOf(sale), main: mainOf(sale), after: dataOf(sale) }),
    unknown: page({
      head: '<title>秒杀 · Seckill</title><meta name="robots" content="noindex" />',
      main: `<h1>${both('没有这场秒杀。', 'There is no such sale.')}</h1>`,
      after: '',
    }),
  }
}

// A data block is no script: browsers run nothing of it, and no policy has to allow it. What could end it
// is written in another way.
const dataOf = (sale: SaleFacts) => {
  const json = JSON.stringify(sale).replaceAll('<', '\\u003c')
  return `<script type="application/json" id="sale">${json}</script>`
}

const DESCRIPTION_MAX = 200 // characters; who lists pages shows no more

const headOf = (sale: SaleFacts) => {
  const { product, title } = sale
  const description =
    product?.description || `${product?.title ?? title}, ${moneyOf(sale, sale.price)}`
  const picture = pictureOf(sale)
  const meta = (name: string, content: string) => `<meta ${name} content="${escaped(content)}" />`
  return [
    `<title>${escaped(title)} · Seckill · 秒杀</title>`,
    meta('name="description"', Array.from(description).slice(0, DESCRIPTION_MAX).join('')),
    meta('property="og:title"', title),
    ...(picture === undefined ? [] : [meta('property="og:image"', picture)]),
  ].join('\n    ')
}

// Only https: another address would not be loaded anyway.
const pictureOf = ({ product }: SaleFacts): string | undefined => {
  const url = URL.parse(product?.picture ?? '')
  return url?.protocol === 'https:' ? url.href : undefined
}

const mainOf = (sale: SaleFacts) => {
  const { product } = sale
  return `
      <article class="sale">
        <div class="picture">${imageOf(sale)}</div>
        <div class="sale-text">
          <h1>${escaped(sale.title)}</h1>
          <p class="quiet">${escaped(product?.title ?? '')}</p>
          <p class="prices">${pricesOf(sale)}</p>
          <p>${both('开始', 'Starts')} ${timeOf(sale.startsAt)}</p>
          <p>${both('结束', 'Ends')} ${timeOf(sale.endsAt)}</p>
          <p class="result">${both('购买需要启用 JavaScript。', 'Buying needs JavaScript.')}</p>
        </div>
        <div class="sale-more">
          <p>${escaped(product?.description ?? '')}</p>
          <h2>${both('规则', 'Rules')}</h2>
          <ul>${rulesOf(sale)}</ul>
        </div>
      </article>
    `
}

const both = (chinese: string, english: string) =>
  `<span lang="zh-CN">${chinese}</span> / ${english}`

const imageOf = (sale: SaleFacts) => {
  const picture = pictureOf(sale)
  if (picture === undefined) return ''
  return `<img src="${escaped(picture)}" alt="${escaped(sale.product?.title ?? '')}" />`
}

const pricesOf = (sale: SaleFacts) => {
  const { listPrice, price } = sale
  const now = `<strong>${moneyOf(sale, price)}</strong>`
  if (listPrice === undefined || listPrice <= price) return now
  const label = `<span class="unseen">${both('原价', 'List price')}: </span>`
  return `${now}<s>${label}${moneyOf(sale, listPrice)}</s>`
}

// With the code of the currency, because it is for readers of any country.
const moneyOf = ({ currency }: SaleFacts, minorUnits: number) => {
  const style = { style: 'currency', currency, currencyDisplay: 'code' } as const
  const format = new Intl.NumberFormat('en', style)
  return format.format(minorUnits / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

const timeOf = (at: string) =>
  `<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$/, '')} UTC</time>`

const rulesOf = ({ perBuyerLimit: limit }: SaleFacts) =>
  [
    both(`每人限购 ${limit} 件。`, `At most ${limit} for each buyer.`),
    both('超时未付的订单自动失效。', 'An order that is not paid in time expires.'),
    both('重复点击不会重复下单。', 'Trying again never makes two orders.'),
  ]
    .map((rule) => `<li>${rule}</li>`)
    .join('')
