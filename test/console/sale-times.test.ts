// Times of a sale in the zone that the operator chooses, on days when the clocks are changed too.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { makingWords } from '../../web/console/sales/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'
import { LITTLE, saleForm, salesOf } from './sale-form.ts'

const { en: making } = makingWords

suite('times of a sale', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    engine = await startEngine()
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  test('stay the same instants when another zone is chosen', async () => {
    await using operator = await operatorPage(browser, engine, { timezoneId: 'Asia/Shanghai' })
    const { field, fill, hintOf } = saleForm(operator)
    await operator.open('#/new')
    await fill({ [said.term.startsAt]: '2036-11-11T20:00:00' })
    await field(making.zone).selectOption('America/New_York')
    assert.equal(await field(said.term.startsAt).inputValue(), '2036-11-11T07:00')
    await field(making.zone).selectOption('UTC')
    assert.equal(await field(said.term.startsAt).inputValue(), '2036-11-11T12:00')
    const hint = await hintOf(said.term.startsAt).textContent()
    assert.match(hint!, /20:00:00 Asia\/Shanghai · .*12:00:00 UTC/)
    await fill({ [said.term.startsAt]: '2020-11-11T20:00:00' })
    await hintOf(said.term.startsAt).getByText('This is in the past').waitFor()
  })

  test('that the clocks skip are said to be none, and refused', async () => {
    await using operator = await operatorPage(browser, engine, { timezoneId: 'Asia/Shanghai' })
    const { faultOf, field, fill, hintOf } = saleForm(operator)
    await operator.open('#/new')
    await field(making.zone).selectOption('Europe/Berlin')
    await fill({ ...LITTLE, [said.term.startsAt]: '2037-03-29T02:30:00' })
    await hintOf(said.term.startsAt).getByText(making.skipped('03:30:00')).waitFor()
    await operator.button(said.create).click()
    await faultOf(said.term.startsAt).getByText(said.textFault['not-a-time']).waitFor()
    assert.equal((await salesOf(engine)).length, 0)
  })

  test('that are there twice are the first, unless the second is chosen', async () => {
    await using operator = await operatorPage(browser, engine, { timezoneId: 'Asia/Shanghai' })
    const { page } = operator
    const { field, fill, hintOf } = saleForm(operator)
    await operator.open('#/new')
    await field(making.zone).selectOption('Europe/Berlin')
    await fill({
      ...LITTLE,
      [said.term.startsAt]: '2037-10-25T02:30:00',
      [said.term.endsAt]: '2037-10-25T02:45:00',
    })
    const which = (label: string) => field(making.whichTwin(label))
    assert.equal(await which(said.term.startsAt).inputValue(), '2037-10-25T02:30:00+02:00')
    await hintOf(said.term.startsAt).first().getByText('00:30:00 UTC').waitFor()
    await which(said.term.endsAt).selectOption('2037-10-25T02:45:00+01:00')
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Lamps at eight', level: 1 }).waitFor()
    const [{ saleId, startsAt, endsAt }] = (await salesOf(engine)) as [Record<string, string>]
    const instants = ['2037-10-25T00:30:00.000Z', '2037-10-25T01:45:00.000Z']
    assert.deepEqual([startsAt, endsAt], instants)

    await operator.open(`#/sales/${saleId}/edit`)
    await field(making.zone).selectOption('Europe/Berlin')
    assert.equal(await which(said.term.endsAt).inputValue(), '2037-10-25T02:45:00+01:00')
    assert.deepEqual(operator.faults, [])
  })
})
