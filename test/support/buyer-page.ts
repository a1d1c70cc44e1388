// A signed-in buyer in front of the page, for tests that are not about signing in.

import type { Browser, Locator } from 'playwright-core'
import { english } from '../../web/store/english.ts'
import { type Visitor, visitor } from './browser.ts'
import type { Engine } from './engine.ts'

export interface BuyerPage extends Visitor {
  sessionToken: string
  open(path: string): Promise<void>
  button(label: string): Locator
}

const PASSWORD = 'correct horse battery'

// A new buyer each time, English, and signed in by the API like by the form.
export const buyerPage = async (browser: Browser, engine: Engine): Promise<BuyerPage> => {
  const body = { name: `buyer ${crypto.randomUUID()}`, password: PASSWORD }
  await engine.request('POST', '/api/buyers', { body })
  const session = await engine.request('POST', '/api/sessions', { body })
  const { sessionToken } = session.body
  const visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url })
  const account = JSON.stringify({ name: body.name, sessionToken, purchaseTokens: {} })
  const keep = `localStorage.getItem('seckill.account') ?? localStorage.setItem('seckill.account', ${JSON.stringify(account)})`
  await visit.page.addInitScript(`if (!sessionStorage.begun) { sessionStorage.begun = 1; ${keep} }`)
  return {
    ...visit,
    sessionToken,
    async open(path) {
      await visit.page.goto(path)
      await visit.page.getByRole('button', { name: english.signOut }).waitFor()
    },
    button: (name) => visit.page.getByRole('button', { name, exact: true }),
  }
}
