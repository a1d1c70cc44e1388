// docs/measurements.md and its pictures: every target with what was measured of it last. Drawn from the result
// files, and from nothing else.

import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { curvePlot, type CurvePlot } from './curve-plot.ts'
import type { Result, Summary } from './result.ts'

const ROOT = join(import.meta.dirname, '../..')
const RESULTS = join(ROOT, 'bench/results')

export interface Page {
  file: string // from the root of the project
  text: string
}

export const drawMeasurements = async (): Promise<void> => {
  for (const { file, text } of await measurements()) await writeFile(join(ROOT, file), text)
}

export const measurements = async (): Promise<Page[]> => {
  const results = await readResults()
  const pictures = PICTURES.flatMap((draw) => draw(results) ?? [])
  return [{ file: 'docs/measurements.md', text: pageOf(results, pictures) }, ...pictures]
}

// Of the scenarios of the bench; other programs leave files of another shape there.
const readResults = async (): Promise<Map<string, Result>> => {
  const files = (await readdir(RESULTS)).filter((file) => file.endsWith('.json'))
  const all = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(RESULTS, file), 'utf8')) as Result),
  )
  const ours = all.filter(({ scenario, samples, unit }) => scenario && samples && unit)
  return new Map(ours.toSorted(inOrder).map((result) => [result.scenario, result]))
}

// S1 to S11, then by name.
const inOrder = ({ scenario: a }: Result, { scenario: b }: Result): number =>
  placeOf(a) - placeOf(b) || a.localeCompare(b, 'en', { numeric: true })

const placeOf = (scenario: string) => Number(!/^S\d/.test(scenario))

const HEAD = `# Measurements

What was measured last of every scenario of [the bench](load.md#against-a-bare-server), each beside its baseline in the same run:
medians of pairs of turns, with the least and the most. Written by \`npm run bench\` from
[\`bench/results\`](../bench/results), which also name the machine, the versions and the command; not edited by hand. What a figure
is worth on two shared cores, and what missed a target for which reason, is in [load.md](load.md).
`

const pageOf = (results: Map<string, Result>, pictures: Drawn[]): string => {
  const all = [...results.values()].flatMap(rowsOf)
  const rows = (hasTarget: boolean) =>
    all.filter(({ of }) => (of.target !== null) === hasTarget).map(lineOf)
  return [
    HEAD,
    '## Targets\n',
    '| scenario | what | target | measured | met | figures | run |\n|---|---|---|---|---|---|---|',
    ...rows(true),
    '\n## Pictures\n',
    ...pictures.map(({ file, title }) => `![${title}](${file.replace('docs/', '')})\n`),
    ...OTHER_PICTURES.filter(({ file }) => existsSync(join(ROOT, 'docs', file))).map(
      ({ file, title }) => `![${title}](${file})\n`,
    ),
    '## Without a target\n',
    '| scenario | what | target | measured | met | figures | run |\n|---|---|---|---|---|---|---|',
    ...rows(false),
    '',
  ].join('\n')
}

interface Row {
  result: Result
  of: Summary
}

const rowsOf = (result: Result): Row[] =>
  (result.parts ?? [result]).map((of) => ({ result, of: of as Summary }))

const lineOf = ({ result, of }: Row): string => {
  const { scenario, commit, at } = result
  const name = `[${scenario}](../bench/results/${scenario}.json)`
  const what = of.part === undefined ? of.what : `**${of.part}**: ${of.what}`
  const run = `${commit.slice(0, 7)}, ${at.slice(0, 10)}`
  return `| ${[name, what, targetOf(of), measuredOf(of), metOf(of), figuresOf(of), run].join(' | ')} |`
}

// A ratio where there is a baseline, and otherwise in its unit.
const targetOf = ({ target, bound, baseline, unit }: Summary): string => {
  if (target === null) return '–'
  const sign = bound === 'at-most' ? '≤' : '≥'
  return baseline === null ? `${sign} ${whole(target)} ${unit}` : `${sign} ${target}`
}

const measuredOf = ({ ratio, baseline, value, unit, samples }: Summary): string => {
  if (baseline === null || ratio === null) return `${whole(value)} ${unit}`
  const ratios = samples.map((sample) => sample.ratio!)
  return `${ratio} (${Math.min(...ratios)}–${Math.max(...ratios)})`
}

const metOf = ({ met }: Summary): string => (met === null ? '–' : met ? 'yes' : '**no**')

const figuresOf = ({ value, baseline, unit, ratioByCpu, ...of }: Summary): string =>
  [
    ...(baseline === null ? [] : [`${whole(value)} ${unit} beside ${whole(baseline)}`]),
    ...(ratioByCpu === undefined ? [] : [`${ratioByCpu} by processor time`]),
    ...(of.limitedByOthers ? ['limited by the others'] : []),
    ...(of.generatorLimited ? ['limited by the generator'] : []),
  ].join('; ') || '–'

const whole = (value: number) => value.toLocaleString('en')

interface Drawn extends Page {
  title: string
}

type Draw = (results: Map<string, Result>) => Drawn | undefined

const drawn = (file: string, plot: CurvePlot): Drawn => ({
  file: `docs/images/${file}.svg`,
  title: plot.title,
  text: curvePlot(plot),
})

const sizesOf = (result: Result, growing: string) =>
  result.parts!.flatMap(({ part, facts, ...of }) =>
    part!.startsWith(`${growing} `) ? [{ ...of, at: Number(facts![growing]) }] : [],
  )

const byConnections: Draw = (results) => {
  const result = results.get('S9')
  if (result === undefined) return undefined
  const sizes = sizesOf(result, 'connections')
  return drawn('rate-by-connections', {
    title: 'Attempts answered a second by a core, by connections',
    across: 'connections',
    curves: [
      {
        name: 'bare node:http',
        points: sizes.map(({ at, baseline }) => ({ at, value: baseline! })),
      },
      { name: 'sold out', points: sizes.map(({ at, value }) => ({ at, value })) },
    ],
  })
}

const bySize: Draw = (results) => {
  const result = results.get('S9')
  if (result === undefined) return undefined
  const curve = (growing: string) => ({
    name: growing,
    points: sizesOf(result, growing).map(({ at, value }) => ({ at, value: 1e9 / value })),
  })
  return drawn('cost-by-size', {
    title: 'Nanoseconds of an attempt, as sales and buyers grow',
    across: 'of them',
    curves: [curve('sales'), curve('buyers')],
  })
}

// By how many answers there are for one that is slower: 2 at the median, 1,000 at the 99.9th percentile.
const PERCENTILES = { p50: 2, p90: 10, p99: 100, p999: 1000 } as const
const SPELLED = new Map([2, 10, 100, 1000].map((at) => [at, `${100 - 100 / at} %`]))

const latencies: Draw = (results) => {
  const herd = results.get('S10')?.parts?.filter(({ facts }) => facts?.['answeredMs'])
  if (herd === undefined || herd.length === 0) return undefined
  return drawn('answered-within', {
    title: 'A herd of ten times the sustained rate: milliseconds to an answer',
    across: 'of all answers',
    label: (at) => SPELLED.get(at)!,
    curves: herd
      .filter(({ part }) => part!.endsWith('answered'))
      .map(({ part, facts }) => {
        const within = facts!['answeredMs'] as Record<string, number>
        const points = Object.entries(PERCENTILES).map(([name, at]) => ({
          at,
          value: within[name]!,
        }))
        return { name: part!.split(':')[0]!, points }
      }),
  })
}

const PICTURES: Draw[] = [byConnections, bySize, latencies]

const OTHER_PICTURES = [
  { file: 'images/redis-decisions.svg', title: 'Decisions of Redis by attempts a call' },
  { file: 'images/herd-at-opening.svg', title: 'A herd at the opening, second by second' },
  { file: 'images/overload.svg', title: 'An overload and its end, second by second' },
]
