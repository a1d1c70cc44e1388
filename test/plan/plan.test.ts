// What a plan promises: enough of everything also when a zone is gone, nothing without a source, and a word
// wherever the settings would not let it be so.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { measuredFigures } from '../../bench/report/measured-figures.ts'
import { FIGURE_NAMES, figuresOf, OURS, readMeasured } from '../../src/plan/figures.ts'
import { plan } from '../../src/plan/plan.ts'
import { planSections } from '../../src/plan/plan-report.ts'
import { DESIGNED } from './support.ts'

const SALES = fc.record({
  attemptsPerSecond: fc.integer({ min: 1, max: 10_000_000 }),
  forMs: fc.integer({ min: 1000, max: 600_000 }),
  buyers: fc.integer({ min: 1, max: 50_000_000 }),
  units: fc.integer({ min: 1, max: 1_000_000 }),
})
const TERMS = fc
  .record({
    headroom: fc.double({ min: 0, max: 0.9, noNaN: true }),
    zones: fc.integer({ min: 1, max: 6 }),
    zonesLost: fc.integer({ min: 0, max: 5 }),
  })
  .filter(({ zones, zonesLost }) => zonesLost < zones)

const roleOf = (of: ReturnType<typeof plan>, name: string) =>
  of.roles.find(({ role }) => role === name)!

suite('machines', () => {
  test('what is left when zones are lost does all the work, and keeps its share free', () => {
    fc.assert(
      fc.property(SALES, TERMS, (sale, some) => {
        const terms = { ...DESIGNED.terms, ...some }
        for (const role of plan({ ...DESIGNED, sale, terms }).roles)
          assert(role.busyWithZonesLost <= 1 - terms.headroom + 1e-9, role.role)
      }),
    )
  })

  test('more attempts, more headroom and more zones to lose never need fewer machines', () => {
    const machines = (of: Partial<typeof DESIGNED>) => plan({ ...DESIGNED, ...of }).machines
    fc.assert(
      fc.property(SALES, (sale) => {
        const { terms } = DESIGNED
        const few = machines({ sale })
        const twice = { ...sale, attemptsPerSecond: 2 * sale.attemptsPerSecond }
        assert(machines({ sale: twice }) >= few)
        assert(machines({ sale, terms: { ...terms, headroom: 0.6 } }) >= few)
        assert(machines({ sale, terms: { ...terms, zonesLost: 2 } }) >= few)
      }),
    )
  })

  test('a gateway that refuses half as much needs twice the cores', () => {
    const given = {
      gatewayAskedPerCore: 20_000,
      gatewaySustainedPerCore: 1e9,
      gatewayOrdersPerCore: 1e9,
    }
    const cores = (of: typeof given) =>
      roleOf(plan({ ...DESIGNED, figures: figuresOf({ measured: OURS, given: of }) }), 'gateway')
        .coresBusy
    const half = cores({ ...given, gatewayAskedPerCore: 10_000 })
    assert(Math.abs(half / cores(given) - 2) < 0.01)
  })

  test("the textbook's plan is what the textbook says", () => {
    const { textbook } = plan(DESIGNED)
    const machines = { edge: 100, gateway: 200, redis: 10, kafka: 10, database: 16 }
    assert.deepEqual(textbook.machines, machines)
    assert.equal(textbook.gigabitsPerSecond, 12)
  })
})

suite('figures', () => {
  test('what is shipped is what the result files say', () => {
    const again = 'node bench/measured.ts writes it again'
    assert.deepEqual(OURS, measuredFigures().figures, again)
  })

  test('every figure says where it comes from, and the table names each', () => {
    const planned = plan(DESIGNED)
    const rows = planSections(planned).find(({ title }) => title === 'rests on')!.rows
    assert.equal(rows.length, FIGURE_NAMES.length)
    for (const name of FIGURE_NAMES) {
      const { value, from, basis } = planned.restsOn[name]
      assert(value > 0, name)
      assert(from.length > 5, name)
      if (basis === 'measured')
        assert.match(from, /^bench\/results\/[\w-]+\.json.*; .*, \w{7}, \d{4}/)
    }
  })

  test('a given figure goes before a measured one, and a measured one before an assumed one', () => {
    const measured = { edgeAttemptsPerCore: { value: 7, from: 'our edge' } }
    assert.equal(figuresOf({ measured: {}, given: {} }).edgeAttemptsPerCore.basis, 'assumed')
    assert.deepEqual(figuresOf({ measured, given: {} }).edgeAttemptsPerCore, {
      value: 7,
      from: 'our edge',
      basis: 'measured',
    })
    const given = figuresOf({ measured, given: { edgeAttemptsPerCore: 9 } }).edgeAttemptsPerCore
    assert.equal(given.value, 9)
    assert.equal(given.basis, 'given')
  })

  for (const [text, fault] of [
    ['[', /not JSON/],
    ['null', /no "figures"/],
    ['{"figures":{"speed":{"value":1,"from":"x"}}}', /no figure speed/],
    ['{"figures":{"queueMs":{"value":0,"from":"x"}}}', /queueMs: expected a value above 0/],
    ['{"figures":{"queueMs":{"value":"7","from":"x"}}}', /queueMs: expected a value above 0/],
    ['{"figures":{"queueMs":{"value":7}}}', /queueMs: say in "from"/],
  ] as const)
    test(`a file of figures that is ${text} is refused`, () => {
      const read = readMeasured(text)
      assert.match('fault' in read ? read.fault : '', fault)
    })
})

suite('warnings', () => {
  const { sale, terms, limits } = DESIGNED
  const about = (of: Partial<typeof DESIGNED>) =>
    plan({ ...DESIGNED, ...of }).warnings.map((warning) => warning.about)
  const calm = { ...sale, buyers: 1_000_000 }
  const quick = figuresOf({ measured: OURS, given: { failoverMs: 1000, rebuildMs: 1000 } })

  test('there are none where nothing is in the way', () => {
    assert.deepEqual(about({ sale: calm, figures: quick }), [])
  })

  const CASES: [string, Partial<typeof DESIGNED>][] = [
    ['limit of the sale', { limits: { ...limits, salePerSecond: 100_000 } }],
    ['limit of all sales', { limits: { ...limits, globalPerSecond: 999_999 } }],
    ['segments', { limits: { ...limits, segments: 1 } }],
    ['sold-out memory', { limits: { ...limits, winnersMax: 9999 } }],
    ['challenges', { limits: { ...limits, challengeAfter: 10 } }],
    ['windows of buyers', { limits: { ...limits, buyersMax: 10 } }],
    ['connections of the edge', { sale: { ...calm, buyers: 50_000_000 } }],
    ['home database', { sale: { ...calm, units: 5_000_000 } }],
    ['partitions', { limits: { ...limits, partitions: 1 } }],
    ['gateways', { sale: { ...calm, attemptsPerSecond: 100_000_000 } }],
    ['zones', { terms: { ...terms, zonesLost: 0 } }],
    ['zones', { terms: { ...terms, zones: 2 } }],
    ['zones', { terms: { ...terms, zones: 5, zonesLost: 2 } }],
    ['a lost primary', {}],
  ]
  for (const [warning, of] of CASES)
    test(`${warning}: who plans beyond it is told ${JSON.stringify(of).slice(0, 60)}`, () => {
      assert(about({ sale: calm, ...of }).includes(warning))
    })
})
