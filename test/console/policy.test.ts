// The console under the policy it is served with: no view of it breaks a rule, and the rules let in nothing that is
// not its own.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyView, lookAt } from './every-view.ts'
import { operatorPage } from './operator-page.ts'

const WATCH = `
  globalThis.broken = []
  addEventListener('securitypolicyviolation', (event) =>
    broken.push([event.violatedDirective, event.blockedURI, event.sample].join(' ')))
`

suite('the policy of the console', { skip: NO_BROWSER }, () => {
  let engine: Engine
  let browser: Browser

  before(async () => {
    engine = await startEngine({ SECKILL_WEBHOOK_ALLOW_HOSTS: '127.0.0.1' })
    browser = await startBrowser()
  })

  after(async () => {
    await browser.close()
    await engine[Symbol.asyncDispose]()
  })

  test('allows programs of its own and no others, and nothing that is written into the page', async () => {
    const { body, headers } = await engine.request('GET', '/console')
    const policy = headers.get('content-security-policy')!
    const rules = new Map(
      policy.split('; ').map((rule) => [rule.split(' ')[0]!, rule.split(' ').slice(1).join(' ')]),
    )
    assert.doesNotMatch(policy, /unsafe-|data:|blob:|\*/)
    for (const name of ['script-src', 'style-src', 'connect-src', 'worker-src'])
      assert.equal(rules.get(name), "'self'", name)
    for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors'])
      assert.equal(rules.get(name), "'none'", name)
    assert.equal(rules.get('require-trusted-types-for'), "'script'")
    assert.doesNotMatch(body, /<style|\sstyle=|<script(?![^>]* src=)|\son\w+=|javascript:/)
    for (const [, source] of body.matchAll(/(?:src|href)="([^"]*)"/g))
      assert.match(source, /^\/assets\//)
  })

  test('is broken by none of its views', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page, faults } = operator
    await page.addInitScript(WATCH)
    const views = await everyView(engine)
    await operator.open('#/')
    const elsewhere: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(engine.url)) elsewhere.push(request.url())
    })
    for (const { name, hash, act } of views) {
      await lookAt(operator, hash, said)
      await act?.(operator, said)
      assert.deepEqual(await page.evaluate<string[]>('broken'), [], name)
      assert.equal(await page.locator('script:not([src]), style').count(), 0, name)
    }
    assert.deepEqual([...faults, ...elsewhere], [])
  })
})
