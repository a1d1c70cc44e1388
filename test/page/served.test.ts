// How the page is served: what a browser may keep, and what it is told it must not do.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { htmlFile, readSite } from '../../src/gateway/page.ts'
import { salePages } from '../../src/gateway/sale-page.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { PRODUCT, saleFacts } from './sale-facts.ts'

const FIRST_LOAD_MAX = 25_000 // bytes, compressed
const CONSOLE_LOAD_MAX = 60_000

// As much as fits into a sale, and no two words of it are the same.
const words = (length: number) =>
  Array.from({ length }, (_, at) => createHash('sha1').update(`${at}`).digest('hex').slice(0, 7))
    .join(' ')
    .slice(0, length)

const LONG_SALE = {
  ...saleFacts({ title: words(200) }),
  product: { ...PRODUCT, title: words(200), description: words(5000) },
}

suite('the page at /', () => {
  let engine: Engine
  let html: string
  let assets: string[]

  before(async () => {
    engine = await startEngine()
    html = (await engine.request('GET', '/')).body
    assets = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
  })

  after(() => engine[Symbol.asyncDispose]())

  test('is asked for again each time, and not sent again', async () => {
    const first = await engine.request('GET', '/')
    assert.equal(first.status, 200)
    assert.equal(first.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(first.headers.get('cache-control'), 'no-cache')
    const headers = { 'if-none-match': first.headers.get('etag')! }
    const second = await engine.request('GET', '/', { headers })
    assert.equal(second.status, 304)
    assert.equal(second.body, '')
  })

  test('names assets that exist, may be kept for ever, and have their types', async () => {
    assert(assets.length >= 3)
    for (const path of assets) {
      const { headers, status } = await engine.request('GET', path)
      assert.equal(status, 200, path)
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable')
      const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' }
      const type = { ...types, svg: 'image/svg+xml' }[path.split('.').at(-1)!]
      assert.equal(headers.get('content-type'), type)
    }
  })

  test('and everything it is made of forbids what is not its own', async () => {
    for (const path of ['/', assets[0]!]) {
      const { headers } = await engine.request('HEAD', path)
      const policy = headers.get('content-security-policy')!
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /)
      assert.match(policy, /base-uri 'none'; form-action 'none'; frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|data:|\*/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
    }
    assert.doesNotMatch(html, /<style|style=|<script(?![^>]* src=)|\son\w+=/)
  })

  test('an asset of another version is ours, and not kept', async () => {
    const { headers, status } = await engine.request('GET', '/assets/another/store.js')
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('what is not an asset is not there', async () => {
    for (const name of ['main.ts', 'tsconfig.json', 'index.html', '%2e%2e%2fpackage.json', '']) {
      const { body, status } = await engine.request('GET', `/assets/any/${name}`)
      assert.deepEqual([status, body.code], [404, 'not-found'], name)
    }
  })

  test('comes compressed to who can read that', async () => {
    for (const [encoding, sent] of [
      ['gzip, br', 'gzip'],
      ['identity', null],
    ] as const) {
      const headers = { 'accept-encoding': encoding }
      const answer = await engine.request('GET', '/', { headers })
      assert.equal(answer.headers.get('content-encoding'), sent)
      assert.equal(answer.headers.get('vary'), 'accept-encoding')
      assert.equal(answer.body, html)
    }
  })
})

suite('what was built', () => {
  const site = readSite()
  const longPage = salePages(site.pages.store.bytes.toString()).of(LONG_SALE)
  const textOf = (name: string) => site.assets.get(name)!.bytes.toString()

  test('names only assets that exist', () => {
    const scripts = [...site.assets.keys()].filter((name) => name.endsWith('.js'))
    for (const name of scripts)
      for (const [, named] of textOf(name).matchAll(/[`"']([\w./-]+\.(?:js|css|svg))[`"']/g))
        assert(site.assets.has(named!.replace('./', '')), `${name} names ${named}`)
  })

  const namedIn = (html: string) => [
    ...new Set([...html.matchAll(/"\/assets\/[\w-]+\/([^"]+)"/g)].map(([, name]) => name!)),
  ]

  // What a buyer's browser fetches before it can show a sale; the solver of challenges is not in it.
  test('is small', () => {
    const named = namedIn(longPage)
    assert(['store.js', 'store.css', 'icon.svg'].every((name) => named.includes(name)))
    const first = named.map((name) => site.assets.get(name)!)
    for (const page of [site.pages.store, htmlFile(longPage)]) {
      const sizes = [page, ...first].map(({ compressed }) => compressed.length)
      const bytes = sizes.reduce((sum, size) => sum + size)
      assert(bytes <= FIRST_LOAD_MAX, `${bytes} bytes`)
    }
  })

  // A view that is looked at later is fetched then.
  test('is small for operators as well, before they look at more', () => {
    const { console } = site.pages
    const named = namedIn(console.bytes.toString())
    assert(['console.js', 'console.css'].every((name) => named.includes(name)))
    const files = [console, ...named.map((name) => site.assets.get(name)!)]
    const bytes = files.reduce((sum, { compressed }) => sum + compressed.length, 0)
    assert(bytes <= CONSOLE_LOAD_MAX, `${bytes} bytes`)
  })

  test('has another version when anything of it is another', () => {
    assert.equal(readSite().version, site.version)
    assert.match(site.version, /^[\w-]{16}$/)
    assert(site.pages.store.bytes.includes(`/assets/${site.version}/store.js`))
  })
})
