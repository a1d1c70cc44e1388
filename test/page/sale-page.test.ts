// The page of a sale as it is made and served: what stands in it without any script, that nothing of it
// becomes markup, and what may be kept of it.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { readSite } from '../../src/gateway/page.ts'
import { type SaleFacts, salePages } from '../../src/gateway/sale-page.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'
import { PRODUCT, saleFacts } from './sale-facts.ts'

const { of, unknown } = salePages(readSite().pages.store.bytes.toString())

const dataOf = (html: string): SaleFacts =>
  JSON.parse(/<script type="application\/json" id="sale">(.*?)<\/script>/s.exec(html)![1]!)

suite('the page of a sale', () => {
  test('says what is sold, for how much, when and by which rules', () => {
    const html = of(saleFacts())
    const [main = ''] = /<main.*<\/main>/s.exec(html)!
    for (const shown of [
      '<h1>Phones at eight</h1>',
      '<p class="quiet">A phone</p>',
      '<p>It rings &amp; it shines</p>',
      '<img src="https://shop.example/phone.png" alt="A phone" />',
      '<strong>CNY\u00a0999.00</strong>',
      'CNY\u00a04,999.00</s>',
      '<time datetime="2026-11-11T12:00:00.000Z">2026-11-11 12:00:00 UTC</time>',
      '<time datetime="2026-11-11T13:00:00.000Z">2026-11-11 13:00:00 UTC</time>',
      'At most 2 for each buyer.',
      'Buying needs JavaScript.',
    ])
      assert(main.includes(shown), shown)
    assert.match(html, /<title>Phones at eight · /)
    assert.match(html, /<meta name="description" content="It rings &amp; it shines" \/>/)
    assert.match(html, /<meta property="og:title" content="Phones at eight" \/>/)
    assert.match(html, /<meta property="og:image" content="https:\/\/shop.example\/phone.png" \/>/)
  })

  test('hands the script the sale, without what changes by itself', () => {
    assert.deepEqual(dataOf(of(saleFacts())), saleFacts())
  })

  test('shows no list price that is none, and amounts of other currencies', () => {
    assert.doesNotMatch(of(saleFacts({ listPrice: 99_900 })), /<s>/)
    assert.match(of(saleFacts({ currency: 'JPY', price: 100 })), /JPY\u00a0100</)
  })

  const EVIL = [
    '<script>x</script>',
    '</script><script>x</script>',
    '<!--<script>',
    '"><img src=x onerror=x>',
    "' onload='x",
    '</title></main><b>',
    '$& $1 $` &lt;',
  ]
  for (const evil of EVIL)
    test(`lets nothing become markup: ${evil}`, () => {
      const tags = (html: string) => html.match(/<[a-z/!][^>]*>/gi)!.map((tag) => tag.split(' ')[0])
      const product = { ...PRODUCT, title: evil, description: evil }
      const facts = saleFacts({ title: evil, product })
      assert.deepEqual(tags(of(facts)), tags(of(saleFacts())))
      assert.deepEqual(dataOf(of(facts)), facts)
    })

  test('loads pictures by https alone, and their addresses end nothing', () => {
    const picturing = (picture: string) => of(saleFacts({ product: { ...PRODUCT, picture } }))
    for (const picture of ['javascript:x', 'http://x/', 'data:image/png,', '//x/y', ' ', 'https:'])
      assert.doesNotMatch(picturing(picture), /<img|og:image/, picture)
    assert.match(
      picturing('https://x/"onerror=x'),
      /<img src="https:\/\/x\/(%22|&quot;)onerror=x" /,
    )
    assert.match(
      picturing("https://x/?a=1&b='"),
      /<img src="https:\/\/x\/\?a=1&amp;b=(%27|&#39;)" /,
    )
  })

  test('of no sale says so', () => {
    assert.match(unknown, /<h1>.*There is no such sale.<\/h1>/)
    assert.doesNotMatch(unknown, /application\/json/)
  })
})

suite('the page of a sale is served', () => {
  let engine: Engine

  before(async () => {
    engine = await startEngine()
  })

  after(() => engine[Symbol.asyncDispose]())

  test('to be kept for a second, by its tag, with the policies of all pages', async () => {
    const path = `/sales/${await engine.sale()}/`
    const { headers, status } = await engine.request('GET', path)
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'public, max-age=1')
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(headers.get('content-encoding'), 'gzip')
    const root = await engine.request('GET', '/')
    for (const name of ['content-security-policy', 'permissions-policy', 'referrer-policy', 'vary'])
      assert.equal(headers.get(name), root.headers.get(name), name)
    const again = { headers: { 'if-none-match': headers.get('etag')! } }
    assert.equal((await engine.request('GET', path, again)).status, 304)
    const head = await engine.request('HEAD', path)
    assert.deepEqual([head.status, head.headers.get('etag')], [200, headers.get('etag')])
  })

  test('with its slash; without it there is only the way to it', async () => {
    const saleId = await engine.sale()
    const { headers, status } = await engine.request('GET', `/sales/${saleId}`)
    assert.deepEqual([status, headers.get('location')], [308, `/sales/${saleId}/`])
  })

  test('404, as a page, when there is no such sale', async () => {
    for (const id of ['999', '0', 'x']) {
      const { body, headers, status } = await engine.request('GET', `/sales/${id}/`)
      assert.deepEqual([status, body], [404, unknown], id)
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    }
  })

  test('anew within a moment after an operator has changed the sale', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const saleId = await engine.sale({ startsAt })
    const read = () => engine.request('GET', `/sales/${saleId}/`)
    const before = await read()
    await engine.request('PATCH', `/api/admin/sales/${saleId}`, {
      credential: OPERATOR,
      headers: { 'if-match': '*' },
      body: { title: 'Phones at nine', reason: 'because it is tried' },
    })
    const changed = await eventually(read, ({ body }) => body.includes('<h1>Phones at nine</h1>'))
    assert.notEqual(changed.headers.get('etag'), before.headers.get('etag'))
  })
})
