// Takes the pictures of the pages in docs/images, of a running engine with sales and a herd in it: every view
// in both languages, each at three widths in one picture. `npm run screenshots`, after `npm run build`, or with
// the names of some views.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { sheetOf, SHOTS } from './sheet.ts'
import { type Shop, startShop } from './shop.ts'
import { type OpenView, VIEWS } from './views.ts'

const FOLDER = join(import.meta.dirname, '../../docs/images')

const LOCALES = { en: 'en-GB', zh: 'zh-CN' } as const
const SETTLED_MS = 1500

const take = async (browser: Browser, shop: Shop, of: { locale: string; open: OpenView }) => {
  const shots: Buffer[] = []
  for (const { height, width } of SHOTS) {
    const context = await browser.newContext({
      baseURL: shop.engine.url,
      locale: of.locale,
      timezoneId: 'Asia/Shanghai',
      viewport: { width, height },
    })
    const page = await context.newPage()
    await of.open(shop, page)
    await page.waitForTimeout(SETTLED_MS)
    shots.push(await page.screenshot())
    await context.close()
  }
  return sheetOf(browser, shots)
}

const takeAll = async (wanted: string[]) => {
  await mkdir(FOLDER, { recursive: true })
  await using browser = await startBrowser()
  for (const [language, locale] of Object.entries(LOCALES)) {
    await using shop = await startShop(language as keyof typeof LOCALES)
    for (const [name, open] of Object.entries(VIEWS)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      const file = join(FOLDER, `${name}.${language}.jpg`)
      await writeFile(file, await take(browser, shop, { locale, open }))
      console.log(file)
    }
  }
}

await takeAll(process.argv.slice(2))
