// The pictures of a plan show what the plan and the model say.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { planPicture } from '../../src/plan/picture/plan-picture.ts'
import { simulationPicture, simulationTitle } from '../../src/plan/picture/simulation-picture.ts'
import { plan } from '../../src/plan/plan.ts'
import { funnelOf } from '../../src/plan/simulation/funnel.ts'
import { type Simulated, simulate } from '../../src/plan/simulation/simulate.ts'
import { DESIGNED } from './support.ts'

test('the picture of a plan has two bars for each role that the textbook has, and for the network', () => {
  const planned = plan(DESIGNED)
  const picture = planPicture(planned)
  const bars = [...picture.matchAll(/<rect class="[at]" x="96"/g)]
  assert.equal(bars.length, 2 * 6)
  for (const { role, textbook } of planned.roles)
    if (textbook !== null) assert.match(picture, new RegExp(`>${role}</text>`))
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/)
})

test('the picture of a course has its panels, and marks what was lost', () => {
  const sale = { ...DESIGNED.sale, attemptsPerSecond: 5000, buyers: 5000, forMs: 2000, units: 100 }
  const course = simulate(
    funnelOf(plan({ ...DESIGNED, sale }), {
      seed: 1,
      clickEveryMs: undefined,
      gatewayLostAtMs: 500,
      redisLostAtMs: undefined,
      cancelled: 0,
      burst: 2,
      connections: 50_000,
    }),
  )
  const picture = simulationPicture(simulationTitle([course]), [course])
  assert.match(picture, />a machine of gateways is lost</)
  assert.doesNotMatch(picture, />a primary of Redis is lost</)
  for (const name of ['sold-out', 'p50', 'p99', 'in line at gateways'])
    assert.match(picture, new RegExp(`>${name}</text>`))
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/)
})

const ROOT = join(import.meta.dirname, '../..')

test('the picture of the simulated minute shows what its result file says, which is exact', () => {
  const text = readFileSync(join(ROOT, 'bench/results/capacity.json'), 'utf8')
  const { courses } = JSON.parse(text) as { courses: Simulated[] }
  const kept = readFileSync(join(ROOT, 'docs/images/capacity-simulation.svg'), 'utf8')
  assert.equal(kept, simulationPicture(simulationTitle(courses), courses))
  for (const { isExact, unanswered } of courses) assert(isExact && unanswered === 0)
})
