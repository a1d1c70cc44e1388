// Decisions by attempts a call, as a static SVG: both scales are logarithmic, and the textbook, which has
// one attempt a call, is a line across. It can be read on a light and a dark page.

import type { BatchFigure } from '../scenarios/scenario.ts'

export interface Curve {
  name: string
  points: BatchFigure[]
  baseline: number
}

const WIDTH = 720
const HEIGHT = 400
const LEFT = 64
const RIGHT = 150 // names stand there
const TOP = 44
const BOTTOM = 48
const LABEL = 14 // apart

const COLOURS = ['a', 'b']
const STYLE =
  '<style>text{font:12px sans-serif;fill:#444}.h{font-size:14px}.m{text-anchor:middle}.e{text-anchor:end}' +
  '.g{stroke:#8883}.a,.b{fill:none;stroke-width:2}.d{stroke-dasharray:4 4;stroke-width:1}' +
  '.a{stroke:#0b7285}.b{stroke:#c2410c}text.a{fill:#0b7285;stroke:none}text.b{fill:#c2410c;stroke:none}' +
  'circle.a{fill:#0b7285}circle.b{fill:#c2410c}' +
  '@media(prefers-color-scheme:dark){text{fill:#ccc}.a{stroke:#4dc4d6}.b{stroke:#fb923c}' +
  'text.a,circle.a{fill:#4dc4d6}text.b,circle.b{fill:#fb923c}}</style>'

export const batchPlot = (title: string, curves: Curve[]): string => {
  const batches = curves[0]!.points.map(({ batch }) => batch)
  const values = curves.flatMap(({ points, baseline }) => [
    ...points.map(({ value }) => value),
    baseline,
  ])
  const decades = decadesOf(values)
  const [least, most] = [decades[0]!, decades.at(-1)!]
  const right = WIDTH - RIGHT
  const x = scale(batches[0]!, batches.at(-1)!, { from: LEFT + 16, to: right - 16 })
  const y = scale(least, most, { from: HEIGHT - BOTTOM, to: TOP })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    `<title>${title}</title>`,
    STYLE,
    `<text class="h" x="8" y="20">${title}</text>`,
    ...decades.flatMap((value) => [
      `<line class="g" x1="${LEFT}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text class="e" x="${LEFT - 8}" y="${y(value) + 4}">${short(value)}</text>`,
    ]),
    ...batches.map(
      (batch) => `<text class="m" x="${x(batch)}" y="${HEIGHT - BOTTOM + 20}">${batch}</text>`,
    ),
    `<text class="m" x="${(LEFT + right) / 2}" y="${HEIGHT - 8}">attempts a call</text>`,
    ...curves.map(({ points, baseline }, at) => curveText({ points, baseline }, { x, y, at })),
    ...apart(
      curves.flatMap(({ name, points, baseline }, at) =>
        namesOf(name, points, baseline, { y, at }),
      ),
    ).map(
      ({ name, at, top }) =>
        `<text class="${COLOURS[at]}" x="${right + 4}" y="${top + 4}">${name}</text>`,
    ),
    '</svg>\n',
  ].join('\n')
}

// 1, 2 and 5 of every power of ten, from the last below all values to the first above.
const decadesOf = (values: number[]): number[] => {
  const steps = Array.from({ length: 36 }, (_, at) => [1, 2, 5][at % 3]! * 10 ** Math.floor(at / 3))
  const first = steps.findLastIndex((step) => step <= Math.min(...values))
  const last = steps.findIndex((step) => step >= Math.max(...values))
  return steps.slice(first, last + 1)
}

const scale = (least: number, most: number, { from, to }: { from: number; to: number }) => {
  const share = (value: number) => Math.log(value / least) / Math.log(most / least)
  return (value: number) => Math.round(from + share(value) * (to - from))
}

type Scale = ReturnType<typeof scale>

const curveText = (
  { points, baseline }: Pick<Curve, 'points' | 'baseline'>,
  { x, y, at }: { x: Scale; y: Scale; at: number },
): string => {
  const colour = COLOURS[at]
  const places = points.map(({ batch, value }) => ({ batch, value, px: x(batch), py: y(value) }))
  const line = places.map(({ px, py }) => `${px},${py}`).join(' ')
  const dots = places.map(
    ({ batch, value, px, py }) =>
      `<circle class="${colour}" cx="${px}" cy="${py}" r="3"><title>${batch} a call: ${value}</title></circle>`,
  )
  const across = `<line class="${colour} d" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(baseline)}" y2="${y(baseline)}"/>`
  return [across, `<polyline class="${colour}" points="${line}"/>`, ...dots].join('\n')
}

interface Label {
  name: string
  at: number
  top: number
}

const namesOf = (
  name: string,
  points: BatchFigure[],
  baseline: number,
  { y, at }: { y: Scale; at: number },
): Label[] => [
  { name: `${name}`, at, top: y(points.at(-1)!.value) },
  { name: `${name}, textbook`, at, top: y(baseline) },
]

// None on another.
const apart = (labels: Label[]): Label[] => {
  let free = 0
  return labels
    .toSorted((a, b) => a.top - b.top)
    .map((label) => {
      const top = Math.max(label.top, free)
      free = top + LABEL
      return { ...label, top }
    })
}

const short = (value: number): string =>
  value >= 1_000_000 ? `${value / 1_000_000} M` : value >= 1000 ? `${value / 1000} k` : `${value}`
