// Sales are made through the form: what is allowed stands at each field as the server says it, what is wrong is said
// there, and a double click makes one.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import { makingWords } from '../../web/console/sales/words.ts'
import { chinese as shopChinese } from '../../web/store/chinese.ts'
import { english as shopEnglish } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser } from '../support/browser.ts'
import { type Engine, eventually, type Json, startEngine } from '../support/engine.ts'
import { operatorPage } from './operator-page.ts'
import { LITTLE, saleForm, salesOf } from './sale-form.ts'

const { en: making } = makingWords

suite('making a sale', { skip: NO_BROWSER }, () => {
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

  test('with its product: money in whole units, times in the zone of the operator', async () => {
    await using operator = await operatorPage(browser, engine, { timezoneId: 'Asia/Shanghai' })
    const { page } = operator
    const { fill, hintOf } = saleForm(operator)
    await operator.open('#/new')
    const year = new Date().getFullYear() + 1
    const picture = 'https://127.0.0.1:1/lamp.png'
    await fill({
      ...LITTLE,
      [making.productTerm.picture]: picture,
      [making.productTerm.description]: 'It shines & it glows',
      [said.term.startsAt]: `${year}-11-11T20:00:00`,
      [said.term.endsAt]: `${year}-11-11T21:30:00`,
    })
    const hint = await hintOf(said.term.startsAt).textContent()
    assert.match(hint!, /20:00:00 Asia\/Shanghai · .*12:00:00 UTC/)
    await operator.button(said.create).dblclick()
    await page.getByRole('heading', { name: 'Lamps at eight', level: 1 }).waitFor()
    const sales = await salesOf(engine)
    assert.equal(sales.length, 1)
    const { products } = (await engine.look('/api/admin/products')).body
    assert.deepEqual(
      products.map((one: Json) => [one.listPrice, one.picture, one.description]),
      [[19_990, picture, 'It shines & it glows']],
    )
    const { price, startsAt, endsAt, payWithinMs } = sales[0]
    assert.deepEqual([price, payWithinMs], [1999, 900_000])
    assert.equal(startsAt, `${year}-11-11T12:00:00.000Z`)
    assert.equal(endsAt, `${year}-11-11T13:30:00.000Z`)
    assert.equal(await operator.units('total'), 120)
    const shop = page.getByRole('link', { name: making.toShop })
    assert.equal(await shop.getAttribute('href'), `/sales/${sales[0].saleId}/`)
    assert.deepEqual(operator.faults, [])
  })

  test('what is missing or refused is said at its field, and nothing typed is lost', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { faultOf, fill, field } = saleForm(operator)
    await operator.open('#/new')
    await operator.button(said.create).click()
    await faultOf(said.term.title).getByText(said.textFault.needed).waitFor()
    await page.locator(':focus[aria-invalid=true]').waitFor()
    await fill({ ...LITTLE, [said.productTitle]: 'A fan', [said.term.price]: '9.999' })
    await operator.button(said.create).click()
    await faultOf(said.term.price).getByText(said.textFault['not-a-price']).waitFor()
    await fill({ [said.term.price]: '9.99', [said.term.endsAt]: '2020-01-01T00:00:00' })
    await operator.button(said.create).click()
    await faultOf(said.term.endsAt).getByText('a sale ends after it starts').waitFor()
    await fill({ [said.term.startsAt]: '2019-01-01T00:00:00' })
    await operator.button(said.create).click()
    await faultOf(said.term.endsAt).getByText('this is in the past').waitFor()
    await page.locator('summary', { hasText: making.more }).last().click()
    await fill({ [said.term.endsAt]: '2036-01-01T00:00:00' })
    await field(making.moreTerm.admission).selectOption('queue')
    await operator.button(said.create).click()
    await faultOf(making.moreTerm.admission).getByText('`open` is the only').waitFor()
    assert.equal(await field(said.term.title).inputValue(), 'Lamps at eight')
    const { products } = (await engine.look('/api/admin/products')).body
    assert.equal(products.filter(({ title }: { title: string }) => title === 'A fan').length, 1)
    assert.deepEqual(operator.faults, [])
  })

  test('what a field allows is read from the server, and checked before anything is sent', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { faultOf, fill, hintOf } = saleForm(operator)
    await page.route('**/openapi.json', async (route) => {
      const response = await route.fetch()
      const json = await response.json()
      const { requestBody } = json.paths['/api/admin/sales'].post
      requestBody.content['application/json'].schema.properties.stock.maximum = 7
      await route.fulfill({ response, json })
    })
    const written: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') written.push(request.url())
    })
    await operator.open('#/new')
    await hintOf(said.term.stock).getByText(making.allowed.fromTo('1', '7')).waitFor()
    await hintOf(said.term.payWithinMs).getByText('From 1 second to 7 days.').waitFor()
    await hintOf(said.term.price).getByText('From CN¥0.01 to').waitFor()
    await hintOf(said.currency).getByText('Three capital letters').waitFor()
    const javascript = 'javascript:alert(1)'
    await fill({ ...LITTLE, [said.term.stock]: '8', [making.productTerm.picture]: javascript })
    await operator.button(said.create).click()
    await faultOf(said.term.stock).getByText('From 1 to 7').waitFor()
    await faultOf(making.productTerm.picture).getByText('An http or https address').waitFor()
    assert.deepEqual(written, [])
    assert.deepEqual(operator.faults, [])
  })

  test('without that document the server alone says what it does not take', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { faultOf, fill } = saleForm(operator)
    await page.route('**/openapi.json', (route) => route.abort())
    await operator.open('#/new')
    const picture = making.productTerm.picture
    await fill({ ...LITTLE, [picture]: 'javascript:alert(1)', [said.term.stock]: '99999999' })
    await operator.button(said.create).click()
    await faultOf(picture).getByText('must be an http or https address').waitFor()
    await fill({ [picture]: '' })
    await operator.button(said.create).click()
    await faultOf(said.term.stock).getByText('must be').waitFor()
    await fill({ [said.term.stock]: '9', [said.term.title]: 'Without a document' })
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Without a document', level: 1 }).waitFor()
    assert.deepEqual(operator.faults, [])
  })

  test('everything that the API takes can be said', async () => {
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { field, fill } = saleForm(operator)
    const document = (await engine.request('GET', '/openapi.json')).body
    const fieldsOf = (path: string): string[] => {
      const { schema } = document.paths[path].post.requestBody.content['application/json']
      const { limits, ...rest } = schema.properties
      return [...Object.keys(rest), ...Object.keys(limits?.properties ?? {})]
    }
    await operator.open('#/new')
    await page.locator('summary', { hasText: making.more }).last().click()
    await fill({
      ...LITTLE,
      [making.productTerm.picture]: 'https://127.0.0.1:1/lamp.png',
      [making.productTerm.description]: 'It shines',
      [said.term.attemptsPerSecond]: '100',
      [said.term.attemptsBurst]: '200',
      [said.term.buyerPerSecond]: '3',
      [making.moreTerm.segments]: '1',
      [making.moreTerm.tokensFromMs]: '90',
    })
    await field(said.isRehearsal).check()
    const bodies = new Map<string, Json>()
    page.on('request', (request) => {
      if (request.method() === 'POST')
        bodies.set(new URL(request.url()).pathname, request.postDataJSON())
    })
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: 'Lamps at eight', level: 1 }).waitFor()
    await page.getByText(making.rehearsalSaid).waitFor()
    for (const path of ['/api/admin/sales', '/api/admin/products']) {
      const { limits, ...rest } = bodies.get(path)
      const sent = [...Object.keys(rest), ...Object.keys(limits ?? {})]
      assert.deepEqual(sent.sort(), fieldsOf(path).sort(), path)
    }
    const [{ tokensFromMs, rehearsal, limits }] = (await salesOf(engine)) as [Json]
    assert.deepEqual([tokensFromMs, rehearsal], [5_400_000, true])
    assert.deepEqual(limits, {
      attemptsPerSecond: 100,
      attemptsBurst: 200,
      buyerPerSecond: 3,
      challenge: 'suspicion',
    })
  })

  test('nothing typed becomes markup, neither in the preview nor in what was made', async () => {
    const evil = '"><script>document.title = 1</script><img src=x onerror=alert(1)>'
    await using operator = await operatorPage(browser, engine)
    const { page } = operator
    const { faultOf, fill } = saleForm(operator)
    await operator.open('#/new')
    await fill({
      ...LITTLE,
      [said.productTitle]: evil,
      [making.productTerm.description]: evil,
      [making.productTerm.picture]: `https://127.0.0.1:1/?${evil}`,
      [said.term.title]: evil,
    })
    const preview = page.getByRole('region', { name: making.preview })
    await preview.getByRole('heading', { name: evil, level: 3 }).waitFor()
    await eventually(
      () => preview.getByText(evil).count(),
      (count) => count === 3,
    )
    await operator.button(said.create).click()
    await faultOf(making.productTerm.picture).waitFor()
    await fill({ [making.productTerm.picture]: "https://127.0.0.1:1/?'onerror='alert(1)" })
    await operator.button(said.create).click()
    await page.getByRole('heading', { name: evil, level: 1 }).waitFor()
    for (const hash of ['#/new', '#/products']) {
      await operator.open(hash)
      await page.locator('option, h2', { hasText: evil }).first().waitFor({ state: 'attached' })
      assert.equal(await page.locator('main script, main [onerror]').count(), 0)
      assert.doesNotMatch(await page.title(), /^1/)
    }
    assert.deepEqual(operator.faults, [])
  })

  test('the preview speaks the words of the page that buyers see', async () => {
    for (const [mine, theirs] of [
      [makingWords.en, shopEnglish],
      [makingWords['zh-CN'], shopChinese],
    ] as const) {
      const { shop } = mine
      const { listPrice, rules, rulePay, ruleRetry } = theirs
      assert.deepEqual(
        [shop.listPrice, shop.rules, shop.rulePay, shop.ruleRetry],
        [listPrice, rules, rulePay, ruleRetry],
      )
      for (const count of [1, 2]) assert.equal(shop.ruleLimit(count), theirs.ruleLimit(count))
      assert.equal(shop.starts('x') + shop.ends('y'), theirs.starts('x') + theirs.ends('y'))
    }
  })

  test('what the server describes has Chinese words', async () => {
    const document = (await engine.request('GET', '/openapi.json')).body
    const described = ['/api/admin/sales', '/api/admin/products'].flatMap((path) => {
      const { schema } = document.paths[path].post.requestBody.content['application/json']
      return (Object.values(schema.properties) as Json[])
        .filter(({ format }) => format !== 'date-time' && format !== 'id') // no hint is made of these
        .flatMap(({ description }) => description ?? [])
    })
    assert(described.length > 0)
    for (const text of described) assert(makingWords['zh-CN'].described[text], text)
  })
})
