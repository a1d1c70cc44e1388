// The dashboard of Grafana: the file that is read is the one that is written, it asks for nothing that nobody
// counts, in words that Prometheus understands, and no picture lies over another one.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { dashboard } from '../../deploy/grafana/dashboard.ts'
import { SOURCE } from '../../deploy/grafana/panels.ts'
import type { Json } from '../support/engine.ts'
import { needsPrometheus } from '../support/needs-prometheus.ts'
import { knownMetrics } from './known-metrics.ts'
import { DEPLOY, metricNames } from './shipped-rules.ts'

const written: Json = JSON.parse(readFileSync(join(DEPLOY, 'grafana/dashboard.json'), 'utf8'))

const EXPRESSIONS: string[] = written.panels.flatMap(({ targets = [] }: Json) =>
  targets.map(({ expr }: Json) => expr),
)

test('the dashboard that Grafana reads is the one that is written as code', () => {
  assert.deepEqual(written, JSON.parse(JSON.stringify(dashboard)), 'make dashboard.json anew')
})

test('it asks only for what is recorded by a rule or counted by a process', async () => {
  const asked = metricNames([...EXPRESSIONS, written.templating.list[0].query].join('\n'))
  assert(asked.length > 20)
  const known = await knownMetrics()
  assert.deepEqual(
    asked.filter((name) => !known.has(name)),
    [],
  )
})

test('Prometheus understands every one of its questions', needsPrometheus(), async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-dashboard-'))
  try {
    const rules = EXPRESSIONS.map((expr, at) => ({
      record: `question:${at}`,
      expr: expr.replaceAll('$sale', '.*'),
    }))
    const file = join(folder, 'questions.yml') // JSON is YAML
    await writeFile(file, JSON.stringify({ groups: [{ name: 'questions', rules }] }))
    await promisify(execFile)('promtool', ['check', 'rules', file])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('no picture lies over another one, and every one says what it shows', () => {
  const taken = new Set<string>()
  for (const { gridPos, title, description, type, datasource } of written.panels) {
    assert(gridPos.x + gridPos.w <= 24, title)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert(!taken.has(`${x} ${y}`), title)
        taken.add(`${x} ${y}`)
      }
    assert(type === 'row' || (title && description), title)
    if (type !== 'row') assert.deepEqual(datasource, SOURCE)
  }
  const provided = readFileSync(
    join(DEPLOY, 'grafana/provisioning/datasources/prometheus.yml'),
    'utf8',
  )
  assert.match(provided, new RegExp(`^ +uid: ${SOURCE.uid}$`, 'm'))
})
