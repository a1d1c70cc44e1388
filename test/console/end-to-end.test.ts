// A whole sale by the console alone, as somebody would who has never seen the system: it is made, found ready,
// watched while a herd comes, and audited; and what a buyer is told meanwhile is what the operator sees.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { english as said } from '../../web/console/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { seckill } from '../support/cli.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'
import { LITTLE, saleForm } from './sale-form.ts'

const UNITS = 120
const STARTS_IN_MS = 12_000
const TIME_ZONE = 'Asia/Shanghai'

// As the form has it.
const timeThere = (atMs: number) =>
  new Date(atMs).toLocaleString('sv-SE', { timeZone: TIME_ZONE }).replace(' ', 'T')

const makeSale = async (operator: OperatorPage): Promise<string> => {
  const { button, page } = operator
  await page.getByRole('link', { name: said.newSale }).click()
  const form = saleForm(operator)
  await form.fill({
    ...LITTLE,
    [said.term.startsAt]: timeThere(Date.now() + STARTS_IN_MS),
    [said.term.endsAt]: timeThere(Date.now() + 3_600_000),
  })
  await button(said.create).click()
  await page.getByRole('heading', { name: LITTLE[said.term.title]!, level: 1 }).waitFor()
  return /#\/sales\/(\d+)/.exec(page.url())![1]!
}

// Three times as many buyers as units, from the start on.
const herdAt = (engine: Engine, saleId: string) => {
  const words = ['load', '--url', engine.url, '--sale', saleId, '--buyers', String(3 * UNITS)]
  const options = ['--seconds', '3', '--cancel', '0', '--early', '0', '--seed', '5', '--json']
  return seckill([...words, ...options], { env: { SECKILL_ADMIN_KEY: OPERATOR } })
}

test('a sale by the console, from the form to the report', { skip: NO_BROWSER }, async () => {
  await using engine = await startEngine()
  await using browser = await startBrowser()
  const context = { timezoneId: TIME_ZONE, acceptDownloads: true }
  await using operator = await operatorPage(browser, engine, context)
  const { button, page } = operator
  const saleId = await makeSale(operator)
  await page.locator('.verdict, .good').first().waitFor()

  const herd = herdAt(engine, saleId)
  await page.getByRole('link', { name: said.live, exact: true }).click()
  await page.locator('figure li', { hasText: said.outcome['sold-out']! }).waitFor()
  await page.locator('figure li', { hasText: said.outcome['accepted']! }).first().waitFor()
  const units = await eventually(
    () => Promise.all([operator.units('live'), operator.units('total')]),
    ([live]) => live === UNITS,
  )
  assert.deepEqual(units, [UNITS, UNITS])
  const { code, stdout, stderr } = await herd
  assert.equal(code, 0, stderr)
  assert.equal(JSON.parse(stdout).audit.live, UNITS)

  await operator.open(`#/sales/${saleId}/audit`)
  await page.getByText(said.verdict.good).waitFor()
  const downloading = page.waitForEvent('download')
  await button(said.auditDownload).click()
  const report = JSON.parse(await readFile(await (await downloading).path(), 'utf8'))
  assert.deepEqual([report.saleId, report.audit.paid, report.audit.drift], [saleId, UNITS, 0])
  assert.deepEqual(operator.faults, [])
})
