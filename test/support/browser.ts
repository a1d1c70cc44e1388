// A real browser for tests of the page: Debian's chromium without the parts that draw a window, which takes
// half of the processor. Whatever the page complains of, in its console, by an exception or by breaking its
// own policy, is collected.

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium-headless-shell'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// Why tests in a browser cannot run here; false when they can, or when they must.
export const NO_BROWSER: string | false =
  !existsSync(CHROMIUM) && process.env.CI !== 'true'
    ? `there is no ${CHROMIUM}: "npm run servers" installs it`
    : false

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })

export interface Visitor extends AsyncDisposable {
  page: Page
  faults: string[] // refusals of the API, which the browser reports too, are none
}

export type VisitOptions = NonNullable<Parameters<Browser['newContext']>[0]>

// Somebody with a browser profile of his own. A step that takes longer than 15 s fails.
export const visitor = async (browser: Browser, options: VisitOptions): Promise<Visitor> => {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isRefusal) faults.push(message.text())
  })
  return { page, faults, [Symbol.asyncDispose]: () => context.close() }
}
