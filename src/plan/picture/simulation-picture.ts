// A minute of the model as a static SVG: for each course answers a second, how late the final answer is, and
// who waits.

import type { Simulated } from '../simulation/simulate.ts'
import { whole } from '../spelling.ts'
import { COLOURS, escaped, frame, short, stepsUpTo, tenth, WIDTH } from './frame.ts'

const LEFT = 64
const RIGHT = 168 // names stand there
const TOP = 74
const PANEL = 110
const GAP = 40
const BOTTOM = 40
const LABEL = 14 // apart

interface Panel {
  title: string
  curves: { name: string; values: (number | null)[] }[]
  logarithmic?: true
}

type Scale = (value: number) => number

export const simulationPicture = (title: string, courses: Simulated[]): string => {
  const panels = courses.flatMap(panelsOf)
  const height = TOP + panels.length * (PANEL + GAP) - GAP + BOTTOM
  const seconds = courses.map(({ overTime }) => overTime.seconds)
  const last = Math.max(...seconds.map((all) => all.at(-1) ?? 0)) + 0.1
  const x = (second: number) => tenth(LEFT + (second / last) * (WIDTH - LEFT - RIGHT))
  const each = panels.length / courses.length
  return frame(title, height, [
    ...panels.flatMap((panel, at) =>
      panelLines(panel, {
        x,
        top: TOP + at * (PANEL + GAP),
        seconds: seconds[Math.floor(at / each)]!,
      }),
    ),
    ...marks(courses[0]!, { x, height }),
    ...stepsUpTo(last)
      .filter((second) => second <= last)
      .map((second) => `<text class="m" x="${x(second)}" y="${height - 22}">${second}</text>`),
    `<text class="m" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${height - 6}">seconds</text>`,
  ])
}

// The same colour in every course.
const OUTCOMES = [
  'sold-out',
  'rate-limited',
  'busy',
  'rebuilding',
  'accepted',
  'already-reserved',
] as const

const panelsOf = ({ overTime, salePerSecond }: Simulated): Panel[] => {
  const limit = `limit ${short(salePerSecond)}/s`
  const answers = OUTCOMES.map((name) => ({ name, values: overTime.perSecond[name] ?? [] }))
  return [
    {
      title: `${limit}: answers a second`,
      curves: answers,
    },
    {
      title: `${limit}: milliseconds from the first attempt to the final answer`,
      curves: [
        { name: 'p99', values: overTime.finalAnswerMs.p99 },
        { name: 'p50', values: overTime.finalAnswerMs.p50 },
      ],
      logarithmic: true,
    },
    {
      title: `${limit}: who waits`,
      curves: [
        { name: 'told to come again', values: overTime.queues.comingBack },
        { name: 'in line at gateways', values: overTime.queues.gatewayLine },
      ],
    },
  ]
}

const LEAST_MS = 0.01

const panelLines = (
  { title, curves, logarithmic }: Panel,
  { x, top, seconds }: { x: Scale; top: number; seconds: number[] },
): string[] => {
  const most = Math.max(1, ...curves.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const ticks = logarithmic ? decades(most) : stepsUpTo(most)
  const share = logarithmic
    ? (value: number) =>
        Math.log(Math.max(LEAST_MS, value) / LEAST_MS) / Math.log(ticks.at(-1)! / LEAST_MS)
    : (value: number) => value / ticks.at(-1)!
  const y = (value: number) => tenth(top + PANEL - share(value) * PANEL)
  const right = WIDTH - RIGHT
  return [
    `<text x="8" y="${top - 10}">${escaped(title)}</text>`,
    ...ticks.flatMap((value) => [
      `<line class="g" x1="${LEFT}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text class="e" x="${LEFT - 8}" y="${y(value) + 4}">${short(value)}</text>`,
    ]),
    ...curves.flatMap(({ name, values }, at) => [
      ...runs(values).map((run) => {
        const points = run.map((place) => `${x(seconds[place]!)},${y(values[place]!)}`)
        return `<polyline class="${COLOURS[at]}" points="${thinned(points).join(' ')}"/>`
      }),
      `<text class="${COLOURS[at]}" x="${right + 8}" y="${top + 8 + at * LABEL}">${name}</text>`,
    ]),
  ]
}

// Where nothing was counted there is no line.
const runs = (values: (number | null)[]): number[][] => {
  const all: number[][] = [[]]
  values.forEach((value, at) => {
    if (value === null) all.push([])
    else all.at(-1)!.push(at)
  })
  return all.filter((run) => run.length > 0)
}

// A level stretch needs its two ends.
const thinned = (points: string[]): string[] => {
  const height = (at: number) => points[at]?.split(',')[1]
  return points.filter((_, at) => height(at) !== height(at - 1) || height(at) !== height(at + 1))
}

const decades = (most: number): number[] => {
  const count = Math.ceil(Math.log10(most / LEAST_MS)) + 1
  return Array.from({ length: count }, (_, at) => Number((LEAST_MS * 10 ** at).toPrecision(2)))
}

const marks = (of: Simulated, { x, height }: { x: Scale; height: number }): string[] =>
  Object.entries(of.marks).flatMap(([name, second], at) => [
    `<line class="k" x1="${x(second)}" x2="${x(second)}" y1="${TOP - 34 + at * LABEL}" y2="${height - BOTTOM}"/>`,
    `<text x="${x(second) + 4}" y="${TOP - 26 + at * LABEL}">${escaped(name)}</text>`,
  ])

export const simulationTitle = (courses: Simulated[]): string =>
  `A simulated sale: ${courses.map(({ salePerSecond }) => `limit ${whole(salePerSecond)}/s`).join(', then ')}`
