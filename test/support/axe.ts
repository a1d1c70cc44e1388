// Looks at a page with axe-core for what shuts people out: WCAG 2.0 to 2.2 in levels A and AA, and what is simply
// good practice. It is put into the page by the debugger, so that no policy of the page has to be weakened.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

interface Violation {
  id: string
  help: string
  nodes: { target: string[]; failureSummary: string }[]
}

// Which rules another colour can break.
const COLOURS = ['color-contrast', 'link-in-text-block']

// For each element that breaks a rule: the rule, the element, and what is wrong with it.
const barriers = async (page: Page, rules: readonly string[]): Promise<string[]> => {
  await page.evaluate(`globalThis.axe === undefined && (() => { ${AXE} })()`)
  const options = { runOnly: rules, resultTypes: ['violations'] }
  const found = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  )
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      return `${id}: ${help}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`
    }),
  )
}

const IS_WIDE = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

// By night only the colours are others.
const LOOKS = [
  { width: 360, colorScheme: 'light', rules: RULES },
  { width: 1440, colorScheme: 'dark', rules: COLOURS },
  { width: 1440, colorScheme: 'light', rules: RULES },
] as const

// What bars the way on a small phone and on a wide screen, by day and by night. In another language texts are longer or
// shorter, and everything else is as it was: one look at all of it and one at the colours are enough.
export const barriersInEveryLook = async (
  page: Page,
  { isAgain = false }: { isAgain?: boolean } = {},
): Promise<string[]> => {
  const found: string[] = []
  for (const { width, colorScheme, rules } of isAgain ? LOOKS.slice(0, -1) : LOOKS) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    if (await page.evaluate<boolean>(IS_WIDE)) found.push(`${width} px: it is scrolled sideways`)
    const here = await barriers(page, rules)
    found.push(...here.map((barrier) => `${width} px, ${colorScheme}: ${barrier}`))
  }
  return found
}
