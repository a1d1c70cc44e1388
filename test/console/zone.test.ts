// Times as operators type them, in any zone: what instant they are, also where the clocks are changed.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  daysLater,
  localText,
  localTime,
  otherZones,
  wallOf,
} from '../../web/console/sales/zone.ts'

const BERLIN = 'Europe/Berlin'

const instantOf = (text: string, zone: string) => {
  const time = localTime(text, zone)
  return 'atMs' in time ? new Date(time.atMs).toISOString() : time.kind
}

suite('a time in a zone', () => {
  for (const [text, zone, instant] of [
    ['2026-11-11T20:00:00', 'Asia/Shanghai', '2026-11-11T12:00:00.000Z'],
    ['2026-11-11T20:00', 'UTC', '2026-11-11T20:00:00.000Z'],
    ['2026-07-01T00:00:30', BERLIN, '2026-06-30T22:00:30.000Z'],
    ['2026-12-01T09:15:00', 'America/New_York', '2026-12-01T14:15:00.000Z'],
    ['2026-12-01T09:15:00', 'Asia/Kathmandu', '2026-12-01T03:30:00.000Z'],
    ['2026-12-01T09:15:00', 'Pacific/Kiritimati', '2026-11-30T19:15:00.000Z'],
    ['2028-02-29T12:00:00', 'Australia/Lord_Howe', '2028-02-29T01:00:00.000Z'],
  ] as const)
    test(`is an instant: ${text} in ${zone}`, () => {
      assert.equal(instantOf(text, zone), instant)
      assert.equal(localText(Date.parse(instant), zone), text.padEnd(19, ':00'))
    })

  test('does not exist where the clocks go forward, and what they show then is said', () => {
    for (const [text, zone, next] of [
      ['2026-03-29T02:30:00', BERLIN, '2026-03-29T03:30:00'],
      ['2026-03-29T02:00:00', BERLIN, '2026-03-29T03:00:00'],
      ['2026-03-08T02:59:59', 'America/New_York', '2026-03-08T03:59:59'],
      ['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-04T02:45:00'],
      ['2011-12-30T12:00:00', 'Pacific/Apia', '2011-12-31T12:00:00'],
    ] as const)
      assert.deepEqual(localTime(text, zone), { kind: 'skipped', next }, `${text} in ${zone}`)
    assert.equal(instantOf('2026-03-29T01:59:59', BERLIN), '2026-03-29T00:59:59.000Z')
    assert.equal(instantOf('2026-03-29T03:00:00', BERLIN), '2026-03-29T01:00:00.000Z')
  })

  test('is there twice where they go back: the first, unless its offset says the second', () => {
    const twins = ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00']
    const [first, second] = twins as [string, string]
    const time = localTime('2026-10-25T02:30:00', BERLIN)
    assert.deepEqual(time, { kind: 'twice', atMs: Date.parse(first), twins })
    assert.equal(instantOf(first, BERLIN), '2026-10-25T00:30:00.000Z')
    assert.equal(instantOf(second, BERLIN), '2026-10-25T01:30:00.000Z')
    assert.equal(localText(Date.parse(second), BERLIN), second)
    assert.equal(wallOf(second), '2026-10-25T02:30:00')
    assert.equal(instantOf('2026-10-25T01:59:59', BERLIN), '2026-10-24T23:59:59.000Z')
    assert.equal(instantOf('2026-10-25T03:00:00', BERLIN), '2026-10-25T02:00:00.000Z')
  })

  test('is none when it is no time at all', () => {
    for (const text of ['', 'tomorrow', '2026-11-11', '2026-02-30T12:00:00', '2026-11-11T24:30:00'])
      assert.deepEqual(localTime(text, BERLIN), { kind: 'none' }, text)
  })

  test('days later is the same time of the clock, whatever happened in between', () => {
    assert.equal(daysLater('2026-10-24T20:00:00', 7), '2026-10-31T20:00:00')
    assert.equal(daysLater('2026-10-25T02:30:00+01:00', 7), '2026-11-01T02:30:00')
  })

  const zones = ['UTC', ...otherZones(['UTC'])]
  const fromMs = Date.UTC(2000, 0)
  const seconds = fc.integer({ min: 0, max: 40 * 366 * 86_400 })

  test('names every instant of every zone, and only that one', () => {
    fc.assert(
      fc.property(seconds, fc.constantFrom(...zones), (second, zone) => {
        const atMs = fromMs + second * 1000
        const time = localTime(localText(atMs, zone), zone)
        assert('atMs' in time)
        assert.equal(time.atMs, atMs, zone)
      }),
      { numRuns: 2000 },
    )
  })
})
