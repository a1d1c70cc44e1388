// An operator in front of the console, signed in through its form like anybody.

import type { Browser, Locator } from 'playwright-core'
import { english } from '../../web/console/english.ts'
import { type Visitor, type VisitOptions, visitor } from '../support/browser.ts'
import { type Engine, OPERATOR } from '../support/engine.ts'

export interface OperatorPage extends Visitor {
  open(hash: string): Promise<void>
  button(label: string): Locator
  dialogButton(label: string): Locator
  units(part: string): Promise<number>
}

export interface OperatorPageOptions extends VisitOptions {
  key?: string
  said?: typeof english
}

export const operatorPage = async (
  browser: Browser,
  engine: Engine,
  { key = OPERATOR, said = english, ...options }: OperatorPageOptions = {},
): Promise<OperatorPage> => {
  const visit = await visitor(browser, { locale: 'en-GB', baseURL: engine.url, ...options })
  const { page } = visit
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await page.goto('/console')
  await page.getByLabel(said.adminKey).fill(key)
  await button(said.signIn).click()
  await button(said.signOut).waitFor()
  return {
    ...visit,
    button,
    dialogButton: (name) => page.getByRole('dialog').getByRole('button', { name, exact: true }),
    async open(hash) {
      await page.goto('about:blank') // else only the address changes, and the old view is there for a moment
      await page.goto(`/console${hash}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
    async units(part) {
      const text = await page.locator(`[data-part=${part}] b`).first().textContent()
      return Number(text!.replaceAll(',', ''))
    },
  }
}
