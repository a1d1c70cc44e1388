// What the edge says of itself: to whoever a gateway lets look, and to nobody else.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { operatorPage } from '../console/operator-page.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { eventually, VIEWER } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { askFrom } from './ask-from.ts'
import { type Edge, startEdge } from './edge.ts'

const PATH = '/api/admin/edge'

const FIRST_STEP = 'document.querySelector(".funnel li")?.dataset.step'

suite('the counts of the edge', needsNginx(), () => {
  let edge: Edge

  before(async () => {
    edge = await startEdge({ isUnlimited: true })
  })

  after(() => edge[Symbol.asyncDispose]())

  const look = (key = VIEWER) =>
    askFrom(edge.nginx.url, { path: PATH, headers: { authorization: `Bearer ${key}` } })

  const requestsIn = (text: string) => Number(/^ \d+ \d+ (\d+) $/m.exec(text)![1])

  test('are shown to a viewer, grow with every request, and are never kept', async () => {
    const first = await look()
    assert.deepEqual([first.status, first.headers['cache-control']], [200, 'no-store'])
    assert(first.headers['x-request-id'])
    for (let asked = 0; asked < 5; asked += 1) await askFrom(edge.nginx.url, { path: '/api/sales' })
    const { text } = await look()
    assert(requestsIn(text) >= requestsIn(first.text) + 6)
  })

  test('are shown to nobody else', async () => {
    for (const key of ['nobody', '']) {
      const { body, status } = await look(key)
      assert.deepEqual([status, body.code], [401, 'unauthorized'])
    }
    const { status } = await askFrom(edge.nginx.url, { path: '/may-look' })
    assert.equal(status, 404, 'what asks the gateway is for nginx alone')
  })

  test('are not those of a gateway, which has none', async () => {
    const { status } = await askFrom(edge.engine.url, {
      path: PATH,
      headers: { authorization: `Bearer ${VIEWER}` },
    })
    assert.equal(status, 404)
  })

  test('begin the picture of the console, through the edge', { skip: NO_BROWSER }, async () => {
    await using browser = await startBrowser()
    await using operator = await operatorPage(browser, edge.engine, { baseURL: edge.nginx.url })
    await operator.open('#/live')
    await eventually(
      () => operator.page.evaluate<string>(FIRST_STEP),
      (step) => step === 'edge',
    )
    assert.deepEqual(operator.faults, [])
  })
})
