// One load over time, as a static SVG of three panels with one axis of time: answers a second by outcome,
// p50 and p99 of what was planned then, and the server's memory. It can be read on a light and a dark page.

import type { OverTime } from '../scenarios/scenario.ts'

const WIDTH = 720
const LEFT = 64
const RIGHT = 150 // names stand there
const TOP = 68
const PANEL = 140
const GAP = 40
const BOTTOM = 44
const LABEL = 14 // apart

const COLOURS = ['a', 'b', 'c', 'd', 'e5', 'f']
const STYLE =
  '<style>text{font:12px sans-serif;fill:#444}.h{font-size:14px}.m{text-anchor:middle}.e{text-anchor:end}' +
  '.g{stroke:#8883}.k{stroke:#888;stroke-dasharray:3 3}polyline{fill:none;stroke-width:2}' +
  rules('', ['#0b7285', '#c2410c', '#6d28d9', '#15803d', '#b45309', '#be185d']) +
  `@media(prefers-color-scheme:dark){text{fill:#ccc}${rules('', ['#4dc4d6', '#fb923c', '#c4b5fd', '#4ade80', '#fcd34d', '#f9a8d4'])}}</style>`

function rules(prefix: string, colours: string[]): string {
  return colours
    .map((colour, at) => {
      const name = `${prefix}.${COLOURS[at]}`
      return `polyline${name}{stroke:${colour}}text${name}{fill:${colour}}`
    })
    .join('')
}

interface Curve {
  name: string
  seconds: number[]
  values: (number | null)[]
}

interface Panel {
  title: string
  curves: Curve[]
  logarithmic: boolean
}

export const overTimePlot = (title: string, of: OverTime): string => {
  const { seconds, memory } = of
  const panels: Panel[] = [
    { title: 'answers a second', curves: answersOf(of), logarithmic: false },
    {
      title: 'milliseconds',
      curves: (['p99', 'p50'] as const).map((name) => ({
        name,
        seconds,
        values: of.latencyMs[name],
      })),
      logarithmic: true,
    },
    {
      title: 'MiB',
      curves: [
        { name: 'memory', seconds: memory.seconds, values: memory.rssMiB },
        { name: 'of it heap', seconds: memory.seconds, values: memory.heapMiB },
      ],
      logarithmic: false,
    },
  ]
  const lastSecond = Math.max(...seconds, ...memory.seconds, 0.1)
  const x = (second: number) => tenth(LEFT + (second / lastSecond) * (WIDTH - LEFT - RIGHT))
  const height = TOP + panels.length * (PANEL + GAP) - GAP + BOTTOM
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title>${title}</title>`,
    STYLE,
    `<text class="h" x="8" y="20">${title}</text>`,
    ...panels.flatMap((panel, at) => panelText(panel, { x, top: TOP + at * (PANEL + GAP) })),
    ...marksOf(of, { x, height }),
    ...secondsUpTo(lastSecond).map(
      (second) => `<text class="m" x="${x(second)}" y="${height - 24}">${second}</text>`,
    ),
    `<text class="m" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${height - 8}">seconds</text>`,
    '</svg>\n',
  ].join('\n')
}

const answersOf = ({ seconds, perSecond }: OverTime): Curve[] =>
  Object.entries(perSecond)
    .map(([name, values]) => ({ name, seconds, values }))
    .sort((a, b) => Math.max(...b.values) - Math.max(...a.values))
    .slice(0, COLOURS.length)

type Scale = (value: number) => number

const panelText = (
  { title, curves, logarithmic }: Panel,
  { x, top }: { x: Scale; top: number },
): string[] => {
  const values = curves.flatMap((curve) => curve.values.filter((value) => value !== null))
  const most = Math.max(...values, 1)
  const ticks = logarithmic ? decadesUpTo(most) : stepsUpTo(most)
  const share = logarithmic
    ? (value: number) => Math.log(Math.max(1, value)) / Math.log(ticks.at(-1)!)
    : (value: number) => value / ticks.at(-1)!
  const y = (value: number) => tenth(top + PANEL - share(value) * PANEL)
  const right = WIDTH - RIGHT
  return [
    `<text x="8" y="${top - 10}">${title}</text>`,
    ...ticks.flatMap((value) => [
      `<line class="g" x1="${LEFT}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text class="e" x="${LEFT - 8}" y="${y(value) + 4}">${short(value)}</text>`,
    ]),
    ...curves.flatMap((curve, at) => [
      ...linesOf(curve).map(
        (line) =>
          `<polyline class="${COLOURS[at]}" points="${line.map(({ second, value }) => `${x(second)},${y(value)}`).join(' ')}"/>`,
      ),
      `<text class="${COLOURS[at]}" x="${right + 8}" y="${top + 8 + at * LABEL}">${curve.name}</text>`,
    ]),
  ]
}

// Where nothing was measured there is no line.
const linesOf = ({ seconds, values }: Curve): { second: number; value: number }[][] => {
  const lines: { second: number; value: number }[][] = [[]]
  seconds.forEach((second, at) => {
    const value = values[at] ?? null
    if (value === null) lines.push([])
    else lines.at(-1)!.push({ second, value })
  })
  return lines.filter((line) => line.length > 0)
}

const marksOf = ({ marks }: OverTime, { x, height }: { x: Scale; height: number }): string[] =>
  Object.entries(marks).flatMap(([name, second]) => [
    `<line class="k" x1="${x(second)}" x2="${x(second)}" y1="${TOP - 36}" y2="${height - BOTTOM}"/>`,
    `<text x="${x(second) + 4}" y="${TOP - 28}">${name}</text>`,
  ])

const TICKS = 5

// 0 and at most five round steps, the last at or above the most.
const stepsUpTo = (most: number): number[] => {
  const rough = most / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((of) => of * power).find((of) => of >= rough)!
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => round(at * step))
}

const secondsUpTo = (last: number) => stepsUpTo(last).filter((second) => second <= last)

const decadesUpTo = (most: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(Math.log10(most))) + 1 }, (_, at) => 10 ** at)

const short = (value: number): string => (value >= 10_000 ? `${value / 1000} k` : `${value}`)
const tenth = (value: number) => Math.round(value * 10) / 10
const round = (value: number) => Number(value.toPrecision(6))
