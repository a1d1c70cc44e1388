// Pages as files: what `seckill pages build` writes, and that it is enough. With every gateway gone a server
// of files alone shows the sale, and says that there is no connection.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { english as said } from '../../web/store/english.ts'
import { NO_BROWSER, startBrowser, visitor } from '../support/browser.ts'
import { seckill } from '../support/cli.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { startPublishedServer } from './published-server.ts'

const TITLE = 'Phones at eight'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seckill-pages-'))
})

after(() => rm(folder, { recursive: true, force: true }))

const build = (url: string, out: string, ...words: string[]) =>
  seckill(['pages', 'build', '--out', out, '--url', url, ...words])

const built = async (engine: Engine, out: string) => {
  const { code, stderr, stdout } = await build(engine.url, out, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as { folder: string; written: string[]; unchanged: string[] }
}

suite('seckill pages build', () => {
  test('writes all pages and what they are made of, once', async () => {
    await using engine = await startEngine()
    const saleId = await engine.sale({ title: TITLE })
    const out = join(folder, 'once')
    const first = await built(engine, out)
    const assets = first.written.filter((path) => path.startsWith('assets/'))
    const pages = first.written.filter((path) => !path.startsWith('assets/'))
    assert.deepEqual(pages, ['index.html', `sales/${saleId}/index.html`])
    for (const name of ['icon.svg', 'solver-worker.js', 'store.css', 'store.js'])
      assert(
        assets.some((path) => path.endsWith(`/${name}`)),
        name,
      )
    assert.equal(first.written[0], assets[0], 'no page before what it is made of')
    for (const path of first.written) {
      const asked = path.replace(/index\.html$/, '')
      const served = await fetch(`${engine.url}/${asked}`)
      assert.equal(await readFile(join(out, path), 'utf8'), await served.text(), path)
    }
    const again = await built(engine, out)
    assert.deepEqual([again.written, again.unchanged.sort()], [[], first.written.sort()])
  })

  test('leaves assets of older versions where they are, and nothing half written', async () => {
    await using engine = await startEngine()
    await engine.sale({ title: TITLE })
    const out = join(folder, 'older')
    await mkdir(join(out, 'assets/older'), { recursive: true })
    await writeFile(join(out, 'assets/older/store.js'), 'older')
    await writeFile(join(out, 'index.html'), 'older')
    const { code, stdout } = await build(engine.url, out)
    assert.equal(code, 0)
    assert.match(stdout, /^wrote assets\/[\w-]+\/store\.js$/m)
    assert.match(stdout, /: \d+ files written, 0 were there already\n$/)
    assert.equal(await readFile(join(out, 'assets/older/store.js'), 'utf8'), 'older')
    assert.match(await readFile(join(out, 'index.html'), 'utf8'), /^<!doctype html>/)
    const all = await readdir(out, { recursive: true })
    assert.deepEqual(
      all.filter((name) => name.includes('temporary')),
      [],
    )
  })

  test('without a gateway writes nothing and says so in one line', async () => {
    const out = join(folder, 'nothing')
    const { code, stderr, stdout } = await build(`http://127.0.0.1:${await freePort()}`, out)
    assert.deepEqual([code, stdout], [3, ''])
    assert.match(stderr, /^seckill: no server answers at http:\S+ \(ECONNREFUSED\): [^\n]+\n$/)
    assert(!existsSync(out))
  })
})

suite('published pages', { skip: needsNginx().skip || NO_BROWSER }, () => {
  let browser: Browser

  before(async () => {
    browser = await startBrowser()
  })

  after(() => browser.close())

  test('show the sale without any gateway, and say that there is no connection', async () => {
    const out = join(folder, 'alone')
    let saleId: string
    let policies: Headers
    {
      await using engine = await startEngine()
      saleId = await engine.sale({ title: TITLE })
      await built(engine, out)
      policies = (await engine.request('GET', `/sales/${saleId}/`)).headers
    }
    const api = `http://127.0.0.1:${await freePort()}`
    await using server = await startPublishedServer({ pages: out, api })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: server.url })
    const { faults, page } = visit
    const response = (await page.goto(`/sales/${saleId}`))!
    await page.getByRole('heading', { name: TITLE }).waitFor()
    await page.getByText('CN¥999.00').waitFor()
    await page.getByText(said.unreachable).waitFor()
    assert.equal(new URL(page.url()).pathname, `/sales/${saleId}/`)
    assert.equal(await page.getByText(said.openNow).count(), 0)
    assert.equal(await page.locator('.badge').count(), 0)
    assert.deepEqual(faults, [])
    for (const name of SAME) assert.equal(response.headers()[name], policies.get(name), name)
    const style = /\/assets\/[^"]+\.css/.exec(await response.text())![0]
    const asset = await fetch(server.url + style)
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  })

  test('sell with a gateway behind them', async () => {
    const out = join(folder, 'selling')
    await using engine = await startEngine()
    await engine.sale({ title: TITLE })
    await built(engine, out)
    await using server = await startPublishedServer({ pages: out, api: engine.url })
    await using visit = await visitor(browser, { locale: 'en-GB', baseURL: server.url })
    const { faults, page } = visit
    await page.goto('/')
    await page.getByRole('link', { name: TITLE }).click()
    await page.getByRole('button', { name: said.newHere }).click()
    await page.getByLabel(said.buyerName).fill('Ada Lovelace')
    await page.getByLabel(said.password).fill('correct horse battery')
    await page.getByRole('button', { name: said.signUp }).click()
    await page.getByRole('button', { name: said.buy, exact: true }).click()
    await page.getByText(said.orderStatus.pending).waitFor()
    assert.deepEqual(faults, [])
  })
})

const SAME = [
  'cache-control',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'x-content-type-options',
]
