// Pictures of one view at several widths, side by side in one.

import type { Browser } from 'playwright-core'

// As high as each other, once they are scaled.
export const SHOTS = [
  { width: 1440, height: 1040, scale: 0.5 },
  { width: 768, height: 1040, scale: 0.5 },
  { width: 360, height: 800, scale: 0.65 },
]

const STYLE = `
  body { display: inline-flex; gap: 16px; align-items: start; margin: 0; padding: 16px; background: #c9ced6 }
  img { display: block; border-radius: 8px }`

export const sheetOf = async (browser: Browser, shots: Buffer[]): Promise<Buffer> => {
  const page = await browser.newPage({ viewport: { width: 1500, height: 700 } })
  const images = shots.map((shot, at) => {
    const address = `data:image/png;base64,${shot.toString('base64')}`
    return `<img src="${address}" style="zoom: ${SHOTS[at]!.scale}">`
  })
  await page.setContent(`<style>${STYLE}</style><body>${images.join('')}</body>`)
  const sheet = await page.locator('body').screenshot({ type: 'jpeg', quality: 80 })
  await page.close()
  return sheet
}
