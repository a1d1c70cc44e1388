// seckill plan, as people and programs ask it.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Plan } from '../../src/plan/plan.ts'
import type { Simulated } from '../../src/plan/simulation/simulate.ts'
import { seckill } from '../support/cli.ts'

const ROOT = join(import.meta.dirname, '../..')

suite('plan', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'seckill-plan-'))))
  after(() => rm(folder, { recursive: true, force: true }))

  test('without options it plans the sale of the design, and says what has to be set for it', async () => {
    const { code, stdout } = await seckill(['plan'])
    assert.equal(code, 0)
    assert.match(stdout, /^1,000,000 attempts\/s for 60 s by 5,000,000 buyers for 10,000 units/)
    for (const role of ['edge', 'gateway', 'redis', 'kafka', 'database', 'worker'])
      assert.match(stdout, new RegExp(`^  ${role} +\\d`, 'm'))
    assert.match(stdout, /^! limit of the sale: .*SECKILL_SALE_PER_SECOND/m)
    assert.match(stdout, /^ {2}measured .*bench\/results\/S4\.json/m)
    assert.match(stdout, /^ {2}assumed /m)
  })

  test('the document shows the machines and rooms that are planned now, and their picture', async () => {
    const shown = join(folder, 'shown.svg')
    const { stdout } = await seckill(['plan'])
    await seckill(['plan', '--picture', shown])
    const document = await readFile(join(ROOT, 'docs/capacity.md'), 'utf8')
    const tables = stdout.slice(stdout.indexOf('machines'), stdout.indexOf('rests on'))
    assert(document.includes(tables.trimEnd()), 'copy the tables of "seckill plan" there')
    const again = 'seckill plan --picture docs/images/capacity-plan.svg draws it again'
    const kept = await readFile(join(ROOT, 'docs/images/capacity-plan.svg'), 'utf8')
    assert.equal(kept, await readFile(shown, 'utf8'), again)
  })

  test('as JSON it says the same, with the figures of a file and of the command line', async () => {
    const file = join(folder, 'ours.json')
    const figures = { gatewayAskedPerCore: { value: 500_000, from: 'our machines' } }
    await writeFile(file, JSON.stringify({ figures }))
    const words = [
      '--measured',
      file,
      '--gateway-sustained-per-core',
      '500000',
      '--attempts',
      '2e6',
    ]
    const { code, stdout } = await seckill(['plan', '--json', ...words])
    assert.equal(code, 0)
    const planned = JSON.parse(stdout) as Plan
    assert.equal(planned.sale.attemptsPerSecond, 2_000_000)
    const { gatewayAskedPerCore, gatewaySustainedPerCore } = planned.restsOn
    assert.equal(gatewayAskedPerCore.from, 'our machines')
    assert.equal(gatewaySustainedPerCore.basis, 'given')
    assert.equal(planned.roles.find(({ role }) => role === 'gateway')!.count, 3)
  })

  test('a picture is written where it is wanted', async () => {
    const file = join(folder, 'plan.svg')
    const { code } = await seckill(['plan', '--picture', file])
    assert.equal(code, 0)
    assert.match(await readFile(file, 'utf8'), /^<svg [^]*this plan[^]*textbook[^]*<\/svg>\n$/)
  })

  test('it simulates the sale as the limits are, and as they would have to be', async () => {
    const small = ['--attempts', '2000', '--buyers', '2000', '--units', '50', '--seconds', '2']
    const others = ['--sale-limit', '500', '--lose-gateway', '1', '--no-lose-redis']
    const { code, stdout } = await seckill(['plan', '--simulate', '--json', ...small, ...others])
    assert.equal(code, 0)
    const { courses } = JSON.parse(stdout) as { courses: Simulated[] }
    assert.deepEqual(
      courses.map(({ salePerSecond }) => salePerSecond),
      [500, 2000],
    )
    for (const { isExact, sold } of courses) assert(isExact && sold.heldMost === 50)
    assert(courses[0]!.finalAnswerMs!.p99 > courses[1]!.finalAnswerMs!.p99)
  })

  const WRONG: [string, string[], RegExp][] = [
    [
      'attempts in words',
      ['--attempts', 'many'],
      /Expected a number from 1 to .* like 10000 or 1e6/,
    ],
    ['no headroom at all', ['--headroom', '1'], /Expected a share from 0 to 0\.9/],
    [
      'all zones lost',
      ['--zones', '2', '--zones-lost', '2'],
      /of 2 zones at least one must be left/,
    ],
    ['a file that is not there', ['--measured', 'no.json'], /--measured no\.json cannot be read/],
    ['a picture that nobody can write', ['--picture', '/no/plan.svg'], /cannot be written/],
    ['a figure that is none', ['--network-ms', '0'], /Expected a number from 0\.001/],
  ]
  for (const [what, words, said] of WRONG)
    test(`${what} is refused with code 2 and what was expected`, async () => {
      const { code, stdout, stderr } = await seckill(['plan', ...words])
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
      assert.match(stderr, said)
    })
})
