// X9: a browser does nothing for whoever gets something into the page, puts the page into another one, or
// reads an answer from elsewhere; and the page's own purchase breaks none of its rules.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { english } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { buyerPage } from '../support/buyer-page.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'
import { talk } from './talk.ts'

let engine: Engine
let assets: string[]

before(async () => {
  engine = await startEngine()
  const { body } = await engine.request('GET', '/')
  assets = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
})

after(() => engine[Symbol.asyncDispose]())

const assetOf = (end: string) => assets.find((path) => path.endsWith(end))!

interface Asked {
  method?: string
  path: string
  credential?: string | undefined
}

suite('X9 what is answered', () => {
  test('never leaves its type to the browser', async () => {
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, ['1'])
    const attempts = `/api/sales/${saleId}/attempts`
    const paths = ['/', '/api/time', '/api/sales', '/openapi.json', '/readyz', '/nowhere', '*']
    const asked: Asked[] = [
      ...[...paths, ...['.js', '.css', '.svg'].map(assetOf)].map((path) => ({ path })),
      { path: '/api/admin/sales', credential: OPERATOR },
      { path: `/api/admin/orders?saleId=${saleId}`, credential: OPERATOR },
      { path: '/metrics', credential: OPERATOR },
      { path: '/metrics' },
      { path: attempts },
      { method: 'PUT', path: '/' },
      { method: 'POST', path: attempts },
      { method: 'POST', path: attempts, credential: token },
      { method: 'POST', path: '/api/sales/0/attempts' },
    ]
    for (const { method = 'GET', path, credential } of asked) {
      const key = credential ? `authorization: Bearer ${credential}\r\n` : ''
      const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\n${key}connection: close\r\n\r\n`
      const { text } = await talk(engine.url, head)
      assert.match(text, /^x-content-type-options: nosniff\r$/im, `${method} ${path}`)
    }
    const odd = ['NONSENSE\r\n\r\n', `GET / HTTP/1.1\r\nx: ${'y'.repeat(9000)}\r\n\r\n`]
    for (const bytes of [...odd, 'GET / HTTP/1.1\r\n\r\n', 'CONNECT x:1 HTTP/1.1\r\n\r\n'])
      assert.match((await talk(engine.url, bytes)).text, /^x-content-type-options: nosniff\r$/im)
  })

  test('to a GET is for this origin alone, and for no frame', async () => {
    const paths = ['/', assetOf('.js'), '/api/time', '/openapi.json', '/healthz', '/nowhere']
    for (const path of paths) {
      const { headers } = await engine.request('GET', path)
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path)
      const policy = headers.get('content-security-policy')!
      assert.match(policy, /^default-src 'none'; (.*; )?frame-ancestors 'none'/, path)
      assert.doesNotMatch(policy, /unsafe|data:|blob:|\*/, path)
    }
    const { headers } = await engine.request('GET', '/')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.match(headers.get('permissions-policy')!, /^(?:[\w-]+=\(\)(?:, |$)){10,}/)
    assert(!headers.has('strict-transport-security'), 'that is for whoever terminates TLS to say')
  })
})

// Another site: counts what it is asked for, and gives whatever page a test wants.
const otherSite = async () => {
  const asked: string[] = []
  let html = ''
  const server = createServer((request, response) => {
    const path = request.url!.replace(/\?.*/s, '')
    asked.push(path)
    const type = { '/': 'text/html', '/x.js': 'text/javascript', '/x.css': 'text/css' }[path]
    response.writeHead(200, { 'content-type': type ?? 'image/svg+xml' })
    response.end({ '/': html, '/x.js': 'window.broken = "foreign script"' }[path] ?? '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    shows: (page: string) => (html = `<!doctype html>${page}`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const withoutScheme = (url: string) => url.replace('http:', '')

// The page as it comes, with its headers, and this in the middle of it.
const openWith = async (page: Page, injected: string) => {
  await page.route(`${engine.url}/`, async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace('<main', `${injected}<main`)
    await route.fulfill({ response, body })
  })
  await page.goto(`${engine.url}/`)
  await page.getByRole('link', { name: english.signIn }).waitFor()
}

// What runs in the browser is text here.
const broken = (page: Page) => page.evaluate('window.broken')

const WATCH = `
  window.violated = []
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
    window.violated.push(effectiveDirective))
`

const violated = (page: Page): Promise<string[]> => page.evaluate('window.violated')

const COLOURS = `
  [document.body, document.getElementById('styled')].map((one) => getComputedStyle(one).color).join()
`

// Each of these must throw. It runs after a turn, because what a debugger evaluates itself may do more.
const attacks = (url: string) => `(async () => {
  const tried = {
    'eval': () => (0, eval)('window.broken = "eval"'),
    'a function of text': () => new Function('window.broken = "function"')(),
    'a timer of text': () => setTimeout('window.broken = "timer"'),
    'HTML of text': () => (document.body.innerHTML = '<img src=x>'),
    'a script of text': () => (document.createElement('script').text = 'window.broken = "script"'),
    'types of its own': () => trustedTypes.createPolicy('mine', {}),
    'types of the page': () => trustedTypes.createPolicy('solver', {}),
    'a foreign worker': () => new Worker('${url}/x.js'),
    'a foreign request': () => fetch('${url}'),
    'a foreign stream': () => new Promise((resolve, reject) => {
      const source = new EventSource('${url}')
      source.addEventListener('open', resolve)
      source.addEventListener('error', reject)
    }),
  }
  await new Promise((resolve) => setTimeout(resolve))
  const done = []
  for (const [what, attempt] of Object.entries(tried))
    try {
      await attempt()
      done.push(what)
    } catch {}
  navigator.sendBeacon('${url}/beacon')
  const form = Object.assign(document.createElement('form'), { action: '${url}' })
  document.body.append(form)
  form.submit()
  return done
})()`

// Which of these another page gets hold of.
const reading = (urls: string[]) => `(async () => {
  const got = []
  for (const url of ${JSON.stringify(urls)})
    for (const mode of ['cors', 'no-cors'])
      await fetch(url, { mode }).then(() => got.push(mode + ' ' + url), () => undefined)
  return got
})()`

suite('X9 in a browser', { skip: NO_BROWSER, concurrency: true }, () => {
  let browser: Browser

  before(async () => {
    browser = await startBrowser()
  })

  after(() => browser.close())

  const open = async () => {
    const visit = await visitor(browser, { locale: 'en-GB' })
    await visit.page.addInitScript(WATCH)
    return visit
  }

  test('buying and paying break no rule of the page', async () => {
    await using buyer = await buyerPage(browser, engine)
    const { button, faults, page } = buyer
    await page.addInitScript(WATCH)
    const saleId = await engine.sale()
    await buyer.open(`/#/sales/${saleId}`)
    await button(english.buy).click()
    await button(english.pay('CN¥999.00')).click()
    await page.getByText(english.orderSaid.paid).waitFor()
    assert.deepEqual([await violated(page), faults], [[], []])
  })

  test('what gets into the page as HTML is text and nothing more', async () => {
    await using other = await otherSite()
    await using visit = await open()
    const foreign = withoutScheme(other.url)
    const injections: [string, string][] = [
      ['script-src-elem', '<script>window.broken = "inline script"</script>'],
      ['script-src-elem', `<script src="${foreign}/x.js"></script>`],
      ['script-src-elem', '<script src="data:text/javascript,window.broken=1"></script>'],
      ['script-src-attr', '<img src="/nowhere" onerror="window.broken = \'handler\'">'],
      ['style-src-elem', '<style>body { color: rgb(1, 2, 3) }</style>'],
      ['style-src-attr', '<p id="styled" style="color: rgb(1, 2, 3)">styled</p>'],
      ['style-src-elem', `<link rel="stylesheet" href="${foreign}/x.css">`],
      ['img-src', `<img src="${foreign}/x.svg">`],
      ['frame-src', `<iframe src="${foreign}/"></iframe>`],
      ['object-src', `<object data="${foreign}/x.svg"></object>`],
      ['base-uri', `<base href="${foreign}/">`],
    ]
    await openWith(visit.page, injections.map(([, html]) => html).join(''))
    const wanted = injections.map(([directive]) => directive).sort()
    await eventually(
      async () => (await violated(visit.page)).sort(),
      (found) => String(found) === String(wanted),
    )
    assert.equal(await broken(visit.page), undefined)
    assert.doesNotMatch(await visit.page.evaluate<string>(COLOURS), /rgb\(1, 2, 3\)/)
    assert.deepEqual(other.asked, [])
  })

  test('what runs in the page cannot make code of text, nor send what it read elsewhere', async () => {
    await using other = await otherSite()
    await using visit = await open()
    const { page } = visit
    await page.goto(`${engine.url}/`)
    assert.deepEqual(await page.evaluate(attacks(other.url)), [])
    await eventually(
      () => violated(page),
      (found) =>
        found.includes('form-action') && found.filter((one) => one === 'connect-src').length === 3,
    )
    assert.deepEqual(
      [await broken(page), page.url(), other.asked],
      [undefined, `${engine.url}/`, []],
    )
  })

  test('nothing of ours stands in a frame of another page', async () => {
    await using other = await otherSite()
    const paths = ['/', '/#/sales/1', assetOf('.svg'), '/api/sales', '/openapi.json', '/nowhere']
    other.shows(paths.map((path) => `<iframe src="${engine.url}${path}"></iframe>`).join(''))
    await using visit = await open()
    await visit.page.goto(other.url)
    const frames = visit.page.frames().slice(1)
    assert.deepEqual(
      frames.map((frame) => frame.url()),
      paths.map(() => 'chrome-error://chromewebdata/'),
    )
  })

  test('another page neither reads an answer of ours nor keeps a hold on our page', async () => {
    await using other = await otherSite()
    await using visit = await open()
    const { page } = visit
    await page.goto(other.url)
    const urls = ['/', '/api/sales', assetOf('.js'), assetOf('.svg')].map(
      (path) => engine.url + path,
    )
    assert.deepEqual(await page.evaluate(reading(urls)), [])
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(`void (window.opened = window.open('${engine.url}'))`),
    ])
    await opened.getByRole('link', { name: english.signIn }).waitFor()
    assert.equal(await opened.evaluate('window.opener'), null)
    assert.equal(await page.evaluate('window.opened.closed'), true, 'as its opener sees it')
  })
})
