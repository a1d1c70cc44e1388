// Nothing typed is lost: not when the server does not answer, not when the session ends in the middle, not when the
// page is loaded anew. And nothing is made twice.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { makingWords } from '../../web/console/sales/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, type Json, OPERATOR, startEngine } from '../support/engine.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'
import { LITTLE, saleForm, salesOf } from './sale-form.ts'

const { en: making } = makingWords

suite('a draft of a sale', { skip: NO_BROWSER }, () => {
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

  // The next write finds the session over.
  const endSession = ({ page }: OperatorPage) => {
    let isOver = false
    return page.route('**/api/admin/**', async (route) => {
      if (isOver || route.request().method() === 'GET') return route.fallback()
      isOver = true
      const contentType = 'application/problem+json'
      return route.fulfill({ status: 401, contentType, body: '{"code":"unauthorized"}' })
    })
  }

  const signInAgain = async ({ page, button }: OperatorPage) => {
    await page.getByText(said.keyRefused).waitFor()
    await page.getByLabel(said.adminKey).fill(OPERATOR)
    await button(said.signIn).click()
    await page.getByText(making.fromBefore).waitFor()
  }

  const kept = ({ page }: OperatorPage) =>
    page.evaluate<string>('JSON.stringify({ ...sessionStorage })')

  const made = async (title: string) =>
    (await salesOf(engine)).filter((sale: Json) => sale.title === title)

  test('survives a session that ends, without its key, and is forgotten once it was sent', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { fill, field } = saleForm(operator)
    await operator.open('#/new')
    await fill({ ...LITTLE, [said.term.title]: 'Lamps of one session and another' })
    await endSession(operator)
    await operator.button(said.create).click()
    await page.getByText(said.keyRefused).waitFor()
    assert(!(await kept(operator)).includes(OPERATOR))
    await signInAgain(operator)
    assert.equal(await field(said.term.title).inputValue(), 'Lamps of one session and another')
    assert.equal(await field(said.term.price).inputValue(), LITTLE[said.term.price])
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Lamps of one session', level: 1 }).waitFor()
    assert.equal((await made('Lamps of one session and another')).length, 1)
    assert.doesNotMatch(await kept(operator), /Lamps/)
    await operator.open('#/new')
    assert.equal(await field(said.term.title).inputValue(), '')
    assert.deepEqual(operator.faults, [])
  })

  test('that was sent and not answered is made once, whatever happens in between', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { fill } = saleForm(operator)
    await operator.open('#/new')
    await fill({ ...LITTLE, [said.term.title]: 'Lamps once' })
    let isUnheard = false
    await page.route('**/api/admin/sales', async (route) => {
      if (isUnheard || route.request().method() === 'GET') return route.fallback()
      isUnheard = true
      await route.fetch() // it is done, and nobody hears of it
      return route.abort()
    })
    await operator.button(said.create).click()
    await page.getByText(said.refusal['no-answer']!).waitFor()
    await endSession(operator)
    await operator.button(said.create).click()
    await signInAgain(operator)
    await page.reload()
    await page.getByText(making.fromBefore).waitFor()
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Lamps once', level: 1 }).waitFor()
    assert.equal((await made('Lamps once')).length, 1)
    assert.doesNotMatch(await kept(operator), /Lamps/)
    assert.deepEqual(operator.faults, [])
  })

  test('of a change survives as well, and still knows which version it was of', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const saleId = await engine.sale({ startsAt, title: 'Before' })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { fill, field } = saleForm(operator)
    await operator.open(`#/sales/${saleId}/edit`)
    await fill({ [said.term.title]: 'After', [said.reasonOptional]: 'a better name' })
    await endSession(operator)
    await operator.button(said.save).click()
    await page.getByText(said.keyRefused).waitFor()
    await engine.request('PATCH', `/api/admin/sales/${saleId}`, {
      credential: OPERATOR,
      headers: { 'if-match': '*' },
      body: { perBuyerLimit: 4 },
    })
    await signInAgain(operator)
    assert.equal(await field(said.reasonOptional).inputValue(), 'a better name')
    await operator.button(said.save).click()
    await page.getByText(said.somebodyFaster).waitFor()
    assert.equal(await field(said.term.title).inputValue(), 'After')
    assert.equal(await field(said.term.perBuyerLimit).inputValue(), '4')
    await operator.button(said.save).click()
    await page.getByRole('heading', { name: 'After', level: 1 }).waitFor()
    assert.doesNotMatch(await kept(operator), /After/)
    assert.deepEqual(operator.faults, [])
  })

  test('is begun anew with one button, and goes with whoever signs out', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { fill, field } = saleForm(operator)
    await operator.open('#/new')
    await fill({ [said.term.title]: 'A second thought' })
    await page.reload()
    await operator.button(making.beginAnew).click()
    assert.equal(await field(said.term.title).inputValue(), '')
    await fill({ [said.term.title]: 'A third one' })
    await operator.button(said.signOut).click()
    await page.getByText(said.signedOut).waitFor()
    assert.equal(await kept(operator), '{}')
  })
})
