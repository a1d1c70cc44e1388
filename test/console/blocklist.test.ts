// The blocklist in the console: many are blocked at once, a wrong line is named, and a block that is lifted
// lets in again.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as frame } from '../../web/console/english.ts'
import { blocksInEnglish as said } from '../../web/console/blocklist/words.ts'
import { pieceWordsInEnglish as pieces } from '../../web/console/pieces/words.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  startEngine,
  VIEWER,
} from '../support/engine.ts'
import { attemptFrom, forgedFrom } from '../support/from-address.ts'
import { type OperatorPage, operatorPage } from './operator-page.ts'

const PATH = '/api/admin/blocklist'

suite('the blocklist in the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    engine = await startEngine({
      SECKILL_ABUSE_RULES: 'forged-tokens=5/60s/600s',
      SECKILL_NEVER_BLOCKED: '',
    })
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  const fill = async ({ page }: OperatorPage, texts: Record<string, string>) => {
    for (const [label, text] of Object.entries(texts))
      await page.getByLabel(label, { exact: true }).fill(text)
  }

  const openForm = async (operator: OperatorPage) => {
    await operator.open('#/blocklist')
    await operator.page.getByText(said.addSome).click()
  }

  const row = ({ page }: OperatorPage, text: string) => page.locator('tbody tr', { hasText: text })

  const listed = async (query = ''): Promise<Json[]> =>
    (await engine.look(`${PATH}?limit=999${query}`)).body.blocks

  const reaches = async (buyer: string, status: number) => {
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, [buyer])
    await eventually(
      () => engine.attempt(saleId, token!),
      (reply) => reply.status === status,
    )
  }

  test('takes many lines at once, and who is on it gets no unit until it is lifted', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await openForm(operator)
    await operator.button(said.add).click()
    assert.equal(await page.locator('.fault').count(), 2, 'lines and a reason are needed')
    const until = `${new Date().getFullYear() + 1}-11-11T20:00:00`
    await fill(operator, {
      [said.targets]: '\n501\n  198.51.100.7\r\n\n2001:db8::/32\n502',
      [frame.reason]: '<script>a bot</script>',
      [said.untilOptional]: until,
    })
    await operator.button(said.add).dblclick()
    await page.getByText(said.added('4', '0')).waitFor()
    await row(operator, '2001:db8::/32').getByText(said.kind.cidr).waitFor()
    await row(operator, '198.51.100.7').getByText('<script>a bot</script>').waitFor()
    assert.equal(await page.locator('main script').count(), 0)
    assert.equal((await listed('&buyer=501'))[0].until, new Date(until).toISOString())
    await reaches('501', 403)

    await row(operator, '501').getByRole('button').click()
    await page.getByLabel(frame.reasonOptional).fill('a mistake')
    await operator.dialogButton(said.lift).click()
    await page.getByText(said.lifted('501')).waitFor()
    assert.equal(await row(operator, '501').count(), 0)
    await reaches('501', 202)
    const { entries } = (await engine.look('/api/admin/audit-log?limit=9')).body
    assert(entries.some((entry: Json) => entry.reason === 'a mistake'))
    assert.deepEqual(operator.faults, [])
  })

  test('names the line that is wrong, blocks none of them, and keeps what was typed', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await openForm(operator)
    for (const [wrong, kind] of [
      ['192.0.2.300', 'address'],
      ['99999999999999999999', 'buyer'],
      ['10.0.0.0/2', 'cidr'],
    ] as const) {
      const lines = `601\n\n${wrong}\n602`
      await fill(operator, { [said.targets]: lines, [frame.reason]: 'a bot' })
      await operator.button(said.add).click()
      await page.locator('.fault', { hasText: said.wrongLine('3', said.isNo[kind]) }).waitFor()
      assert.equal(await page.getByLabel(said.targets).inputValue(), lines)
      await page.getByLabel(said.targets).fill('')
    }
    assert.deepEqual(await listed('&buyer=601'), [])
    await fill(operator, { [said.targets]: '7\n'.repeat(1001) })
    await operator.button(said.add).click()
    await page.getByText(said.tooMany('1,001')).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('is looked through by kind and by buyer, page by page, as the address says', async () => {
    const many = Array.from({ length: 150 }, (_, at) => ({ buyer: String(7000 + at) }))
    await engine.operate(PATH, { blocks: many, reason: 'many' })
    await engine.operate(PATH, { address: '203.0.113.9', reason: 'one' })
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const rows = page.locator('tbody tr')
    await operator.open('#/blocklist?kind=buyer')
    await rows.nth(99).waitFor()
    await operator.button(frame.more).click()
    await rows.nth(149).waitFor()
    assert.equal(await row(operator, '203.0.113.9').count(), 0)
    await page.getByLabel(said.kindOf).selectOption('address')
    await operator.button(pieces.search).click()
    await row(operator, '203.0.113.9').waitFor()
    assert.match(page.url(), /#\/blocklist\?kind=address$/)
    await page.goBack()
    await page.getByLabel(said.buyer).fill('7001')
    await operator.button(pieces.search).click()
    await row(operator, '7001').waitFor()
    assert.equal(await rows.count(), 1)
    assert.deepEqual(operator.faults, [])
  })

  test('says which blocks a rule has made, and which are gone already', async () => {
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, ['5'])
    const forged = { address: '127.0.0.5', saleId, token: forgedFrom(token!) }
    await eventually(
      () => attemptFrom(engine.url, forged),
      (outcome) => outcome === 'blocked',
    )
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    await operator.open('#/blocklist')
    const blocked = row(operator, '127.0.0.5')
    await blocked.getByText(said.rule('forged-tokens')).waitFor()
    await blocked.getByRole('button').click()
    const body = { address: '127.0.0.5' }
    await engine.request('DELETE', PATH, { credential: OPERATOR, body })
    await operator.dialogButton(said.lift).click()
    await page.getByText(frame.refusal['no-such-block']!).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('is readable at 360 px, however long an address or a reason is', async () => {
    const address = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'
    await engine.operate(PATH, { address, reason: 'x'.repeat(200) })
    const viewport = { width: 360, height: 700 }
    await using operator = await operatorPage(browser, engine, { viewport })
    await openForm(operator)
    await row(operator, address).waitFor()
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    assert.equal(await operator.page.evaluate(isWide), false)
    assert.deepEqual(operator.faults, [])
  })

  test('is only looked at by a viewer', async () => {
    await engine.operate(PATH, { buyer: '801', reason: 'a bot' })
    await using viewer = await operatorPage(browser, engine, { key: VIEWER })
    await viewer.open('#/blocklist?buyer=801')
    await row(viewer, '801').waitFor()
    assert.equal(await viewer.page.locator('main button:not([class])').count(), 1, 'the search')
    assert.equal(await viewer.page.getByText(said.addSome).count(), 0)
    assert.equal(await row(viewer, '801').getByRole('button').count(), 0)
    assert.deepEqual(viewer.faults, [])
  })
})
