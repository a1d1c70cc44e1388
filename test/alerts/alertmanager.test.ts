// What Alertmanager is told to do, by its own tools, and what it does: each severity reaches whom it should,
// as it should be said, and what follows from another alert is kept back.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '../support/engine.ts'
import { needsPrometheus } from '../support/needs-prometheus.ts'
import { type Everybody, startEverybody } from './hearing/everybody.ts'
import { DEPLOY, shippedAlerts } from './shipped-rules.ts'

const CONFIG = join(DEPLOY, 'alertmanager/alertmanager.yml')

const amtool = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('amtool', args)
  return stdout.trim()
}

const receiversOf = (labels: Record<string, string>) => {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return amtool('config', 'routes', 'test', `--config.file=${CONFIG}`, ...named)
}

const RECEIVERS: Record<string, string> = {
  critical: 'phone,wecom',
  high: 'wecom',
  medium: 'email',
  none: 'watchdog',
}

suite('the file of Alertmanager', needsPrometheus(), () => {
  test('is valid', async () => {
    assert.match(await amtool('check-config', CONFIG), /SUCCESS[^]*1 templates\s+SUCCESS/)
  })

  for (const [severity, receivers] of Object.entries(RECEIVERS))
    test(`sends ${severity} to ${receivers}, and nowhere else`, async () => {
      assert.equal(await receiversOf({ severity, alertname: 'SeckillAnything' }), receivers)
    })

  test('tells of a way that is broken by another one, too', async () => {
    const broken = { severity: 'high', alertname: 'SeckillNotificationsFail' }
    assert.equal(await receiversOf(broken), 'email,wecom')
  })

  test('names only alerts that there are', () => {
    const names = new Set(shippedAlerts().map(({ name }) => name))
    const alternatives = (text: string) =>
      [...text.matchAll(/Seckill(?:\(([\w|]+)\)|(\w+))/g)].flatMap(([, many, one]) =>
        (many ?? one!).split('|').map((name) => `Seckill${name.replace(/^Seckill/, '')}`),
      )
    const text = readFileSync(CONFIG, 'utf8').split('inhibit_rules:')[1]!
    const inhibited = alternatives(text)
    assert(inhibited.length > 10)
    assert.deepEqual(
      inhibited.filter((name) => !names.has(name)),
      [],
    )
  })
})

suite('Alertmanager', needsPrometheus(), () => {
  const SCALE = 50
  let everybody: Everybody

  before(async () => (everybody = await startEverybody({ scale: SCALE })))
  after(() => everybody?.[Symbol.asyncDispose]())

  const alertsPath = () => `${everybody.alertmanager.url}/api/v2/alerts`

  // As Prometheus posts it. An end that is over resolves it.
  const post = async (labels: Record<string, string>, of: { isOver?: boolean } = {}) => {
    const { alertname, sale = '' } = labels
    const annotations = { summary: `it is ${alertname} ${sale}`, runbook_url: 'docs/runbook.md#x' }
    const endsAt = of.isOver ? { endsAt: new Date().toISOString() } : {}
    const posted = await fetch(alertsPath(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels, annotations, ...endsAt }]),
    })
    assert.equal(posted.status, 200)
  }

  test('rings for a critical alert, writes it to WeCom as well, and says when it is over', async () => {
    const labels = { alertname: 'Rings', severity: 'critical', sale: '7' }
    await post(labels)
    for (const way of ['call', 'text', 'wecom'] as const)
      await everybody.hears({ way, alert: 'Rings' })
    await post(labels, { isOver: true })
    for (const way of ['text', 'wecom'] as const)
      await everybody.hears({ way, alert: 'Rings', status: 'resolved' })
    assert.equal(everybody.heard('call').length, 1, 'nobody is called because it is over')
    assert.equal(everybody.heard('call')[0], 'firing: Rings: it is Rings 7')
    assert(everybody.heard('wecom')[0]!.endsWith('docs/runbook.md#x'))
    assert.equal(everybody.heard('email').length, 0)
  })

  test('rings when it is rehearsed as the runbook says', async () => {
    const runbook = readFileSync(join(DEPLOY, '../docs/runbook.md'), 'utf8')
    const [command] = /^amtool alert add .*$/m.exec(runbook)!
    const here = command.replace('http://127.0.0.1:9093', everybody.alertmanager.url)
    assert.notEqual(here, command)
    await promisify(execFile)('sh', ['-c', here])
    for (const way of ['call', 'text'] as const) await everybody.hears({ way, alert: 'Rehearsal' })
  })

  test('writes an email for a medium alert, with what to do and until when', async () => {
    const labels = { alertname: 'Writes', severity: 'medium' }
    await post(labels)
    await everybody.hears({ way: 'email', alert: 'Writes' })
    await post(labels, { isOver: true })
    await everybody.hears({ way: 'email', alert: 'Writes', status: 'resolved' })
    const [first, last] = everybody.heard('email')
    assert.match(first!, /^Subject: \[firing\] it is Writes/im)
    assert.match(first!, /docs\/runbook\.md#x/)
    assert.match(last!, /until \d\d:\d\d:\d\d/)
    assert(everybody.heard('wecom').every((words) => !words.includes('Writes')))
  })

  test('of a hundred alerts at once WeCom names some, and none in half', async () => {
    const many = Array.from({ length: 100 }, (_, at) => `${at} ${'很'.repeat(100)}`)
    await Promise.all(many.map((sale) => post({ alertname: 'Many', severity: 'high', sale })))
    const told = await eventually(
      async () => everybody.heard('wecom').filter((words) => words.includes('Many')),
      (messages) => messages.some((words) => words.includes('and more (100)')),
    )
    for (const words of told) assert(words.endsWith('runbook.md#x'), 'it was cut off')
  })

  test('is heard by whoever waits for the watchdog, again and again', async () => {
    await post({ alertname: 'SeckillWatchdog', severity: 'none' })
    await eventually(
      async () => everybody.heard('watchdog').length,
      (count) => count >= 2,
    )
  })

  const KEPT_BACK: [string, Record<string, string>, Record<string, string>][] = [
    [
      'of a process that is down, its own troubles',
      { alertname: 'SeckillProcessDown', severity: 'high', instance: 'a' },
      { alertname: 'SeckillBreakerOpen', severity: 'high', instance: 'a' },
    ],
    [
      'without a gateway, each that is down',
      { alertname: 'SeckillNoGateway', severity: 'critical' },
      { alertname: 'SeckillProcessDown', severity: 'high', instance: 'b', role: 'gateway' },
    ],
    [
      'without a worker, a long queue',
      { alertname: 'SeckillNoWorker', severity: 'high' },
      { alertname: 'SeckillQueueLag', severity: 'medium' },
    ],
    [
      'without a keeper, books that are not compared',
      { alertname: 'SeckillNoKeeper', severity: 'high' },
      { alertname: 'SeckillBooksNotCompared', severity: 'medium', sale: '7' },
    ],
    [
      'while Redis is away, processes that are not ready',
      { alertname: 'SeckillDependencyDown', severity: 'high', dependency: 'stock' },
      { alertname: 'SeckillNotReady', severity: 'high', instance: 'c' },
    ],
  ]

  for (const [what, source, target] of KEPT_BACK)
    test(`keeps back, ${what}, and not those of others`, async () => {
      const other = { ...target, alertname: 'SeckillDrift', sale: '8', instance: 'z' }
      await post(source)
      await eventually(
        () => everybody.stateOf(source),
        (state) => state === 'active',
      )
      await post(target)
      await post(other)
      await eventually(
        () => everybody.stateOf(target),
        (state) => state === 'suppressed',
      )
      await eventually(
        () => everybody.stateOf(other),
        (state) => state === 'active',
      )
      for (const labels of [source, target, other]) await post(labels, { isOver: true })
    })
})
