// How the page is served: what a browser may keep, and what it is told it must not do.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { stripTypeScriptTypes } from 'node:module'
import { readPage } from '../../src/gateway/page.ts'
import { type Engine, startEngine } from '../support/engine.ts'

// Warnings are given once, at the first call: before any test.
const warnings: string[] = []
process.on('warning', ({ message }) => warnings.push(message))

const BYTES_MAX = 90_000
const COMPRESSED_MAX = 40_000

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
    assert(assets.length > 20)
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
    const { headers, status } = await engine.request('GET', '/assets/another/main.js')
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

suite('the modules of the page', () => {
  const page = readPage()
  const modules = [...page.assets].filter(([name]) => name.endsWith('.js'))
  const textOf = (name: string) => page.assets.get(name)!.bytes.toString()

  test('are JavaScript without types, and import only one another', () => {
    for (const [name] of modules) {
      const text = textOf(name)
      assert.equal(stripTypeScriptTypes(text), text, name)
      for (const [, imported] of text.matchAll(/ from '([^']+)'/g))
        assert(page.assets.has(imported!.replace('./', '')), `${name} imports ${imported}`)
    }
  })

  test('are made without a warning', () => {
    assert.deepEqual(
      warnings.filter((message) => message.includes('stripTypeScriptTypes')),
      [],
    )
  })

  test('are small', () => {
    const files = [page.html, ...page.assets.values()]
    const sum = (sizes: number[]) => sizes.reduce((one, other) => one + other)
    assert(sum(files.map(({ bytes }) => bytes.length)) < BYTES_MAX)
    assert(sum(files.map(({ compressed }) => compressed.length)) < COMPRESSED_MAX)
  })

  test('have another version when anything of them is another', () => {
    assert.equal(readPage().version, page.version)
    assert.match(page.version, /^[\w-]{16}$/)
    assert(page.html.bytes.includes(`/assets/${page.version}/main.js`))
  })
})
