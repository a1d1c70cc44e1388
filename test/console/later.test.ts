// Views whose programs are fetched when they are looked at: one that does not come is said to be lost, and tried again.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { pieceWordsInEnglish } from '../../web/console/pieces/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'

suite('a view that is fetched later', { skip: NO_BROWSER }, () => {
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

  test('and does not come is said to be lost, and is there once it comes', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    let isLost = true
    await page.route('**/live.js', (route) => (isLost ? route.abort() : route.fallback()))
    await page.getByRole('link', { name: said.live }).click()
    const alert = page.getByRole('alert')
    await alert.getByText(pieceWordsInEnglish.viewLost).waitFor()
    isLost = false
    await alert.getByRole('button').click()
    await page.getByText(said.feed.stream).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('is not fetched before it is looked at', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname))
    await page.reload()
    await page.getByText(said.noSales).waitFor()
    assert.equal(fetched.filter((path) => path.endsWith('/live.js')).length, 0)
    await page.getByRole('link', { name: said.live }).click()
    await page.getByText(said.feed.stream).waitFor()
    assert.equal(fetched.filter((path) => path.endsWith('/live.js')).length, 1)
    assert.deepEqual(operator.faults, [])
  })
})
