// The rules of Prometheus, by its own tools: they are valid, their tests hold, and would not if an alert
// never came or always did. Whatever they ask for is counted somewhere, and every alert is in the runbook.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { needsPrometheus } from '../support/needs-prometheus.ts'
import { scaledDurations } from '../support/scaled-durations.ts'
import { knownMetrics } from './known-metrics.ts'
import {
  DEPLOY,
  metricNames,
  shippedAlerts,
  shippedRules,
  withExpression,
} from './shipped-rules.ts'

const PROMETHEUS = join(DEPLOY, 'prometheus')

const promtool = (...args: string[]) =>
  new Promise<{ isWell: boolean; output: string }>((resolve) => {
    execFile('promtool', args, (error, stdout, stderr) =>
      resolve({ isWell: error === null, output: stdout + stderr }),
    )
  })

const inFolder = (folder: string, name: string) =>
  readdirSync(join(folder, name)).map((file) => join(folder, name, file))

// What fails when every alert has this expression.
const failuresWith = async (expression: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-rules-'))
  try {
    mkdirSync(join(folder, 'rules'))
    cpSync(join(PROMETHEUS, 'tests'), join(folder, 'tests'), { recursive: true })
    for (const [file, text] of shippedRules())
      writeFileSync(join(folder, 'rules', file), withExpression(text, expression))
    const { isWell, output } = await promtool('test', 'rules', ...inFolder(folder, 'tests'))
    assert(!isWell)
    return output
  } finally {
    await rm(folder, { recursive: true })
  }
}

const namesIn = (output: string, pattern: RegExp) =>
  [...new Set([...output.matchAll(pattern)].map(([, name]) => name!))].sort()

const ALERTS = shippedAlerts()
  .map(({ name }) => name)
  .sort()

suite('the rules of Prometheus', needsPrometheus(), () => {
  test('are valid, and so is the file that names them', async () => {
    const config = await promtool('check', 'config', join(PROMETHEUS, 'prometheus.yml'))
    assert(config.isWell, config.output)
    const rules = await promtool('check', 'rules', ...inFolder(PROMETHEUS, 'rules'))
    assert(rules.isWell, rules.output)
    const counts = [...rules.output.matchAll(/SUCCESS: (\d+) rules found/g)]
    const found = counts.reduce((sum, [, count]) => sum + Number(count), 0)
    const recorded = [...shippedRules().values()].join('').match(/- record:/g)!
    assert.equal(found, ALERTS.length + recorded.length, 'these tests see every rule')
  })

  test('pass their tests', async () => {
    const { isWell, output } = await promtool('test', 'rules', ...inFolder(PROMETHEUS, 'tests'))
    assert(isWell, output)
  })

  test('would not if any of the alerts never came', async () => {
    const output = await failuresWith('vector(0) > 1')
    assert.deepEqual(namesIn(output, /alertname: (\w+), time: \w+, \s+exp:\[\s+0:/g), ALERTS)
  })

  test('would not if any of the alerts always came, but the one that does', async () => {
    const output = await failuresWith('vector(1)')
    assert.deepEqual(
      namesIn(output, /alertname: (\w+), time: \w+, \s+exp:\[\]/g),
      ALERTS.filter((name) => name !== 'SeckillWatchdog'),
    )
  })
})

test('every alert has a severity, its words, and a section of the runbook; and no section is idle', () => {
  const runbook = readFileSync(join(DEPLOY, '../docs/runbook.md'), 'utf8')
  const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!)
  assert.deepEqual(sections.toSorted(), ALERTS)
  for (const { name, text } of shippedAlerts()) {
    assert.match(text, /labels: \{ severity: (critical|high|medium|none) \}/, name)
    for (const word of ['summary', 'description'])
      assert.match(text, new RegExp(`${word}: .`), name)
    const place = `docs/runbook.md#${name.toLowerCase()}`
    assert(text.includes(`runbook_url: '{{ $externalLabels.runbooks }}${place}'\n`), name)
    const section = runbook.split(`### ${name}\n`)[1]!.split(/^#/m)[0]!
    for (const part of ['For buyers', 'Look at', 'Do', 'Over when'])
      assert(section.includes(`**${part}**`), `${name}: ${part}`)
  }
})

test('whatever the rules ask for is recorded by one of them or counted by a process', async () => {
  const text = [...shippedRules().values()].join('\n').replaceAll(/^ *#.*$/gm, '')
  const known = await knownMetrics()
  assert.deepEqual(
    metricNames(text).filter((name) => !known.has(name)),
    [],
  )
})

test('the durations of the rules are shortened, and nothing else', () => {
  const text = 'expr: rate(a:rate30s[30s] offset 10m) > 60\n        for: 1m\nscrape_interval: 5s\n'
  assert.equal(
    scaledDurations(text, 10),
    'expr: rate(a:rate30s[3000ms] offset 60000ms) > 60\n        for: 6000ms\nscrape_interval: 500ms\n',
  )
})
