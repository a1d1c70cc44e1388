// The page of a report: it stands alone, and what came from outside is text on it.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { page } from '../../src/load/page/page.ts'

const EVIL = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>&`

const written = page({
  title: EVIL,
  good: false,
  verdict: EVIL,
  notes: [EVIL],
  plots: [{ title: EVIL, unit: EVIL, seconds: [0, 1], series: [{ label: EVIL, values: [1, 2] }] }],
  tables: [{ caption: EVIL, head: [EVIL], rows: [[EVIL, EVIL]] }],
})

suite('the page of a report', () => {
  test('shows whatever came from outside as text', () => {
    assert(!written.includes('<img'))
    assert(!written.includes('alert("1")'))
    const scripts = [...written.matchAll(/<script/g)]
    assert.equal(scripts.length, 3, 'the data, uPlot, and what draws')
    const data = /<script type="application\/json" id="plots">(.*?)<\/script>/s.exec(written)![1]!
    assert.equal(JSON.parse(data)[0].series[0].label, EVIL)
  })

  test('loads nothing from anywhere', () => {
    assert.doesNotMatch(written, /<link|<iframe|\bsrc=["'h/]|@import|url\(/)
    assert.match(written, /content="default-src 'none';/)
  })

  test('runs only the scripts that its policy names', () => {
    const inline = [...written.matchAll(/<(script|style)>(.*?)<\/\1>/gs)]
    assert.equal(inline.length, 4)
    for (const [, , source] of inline) {
      const hash = createHash('sha256').update(source!).digest('base64')
      assert(written.includes(`'sha256-${hash}'`))
    }
  })
})
