// Figures by how much there was of something, as a static SVG: both scales are logarithmic, and what a curve
// is compared with may be a line across. It can be read on a light and a dark page.

export interface CurvePlot {
  title: string
  across: string // what there was more and more of
  label?: (at: number) => string
  curves: Curve[]
}

export interface Curve {
  name: string
  points: { at: number; value: number }[]
  beside?: { name: string; value: number }
}

const WIDTH = 720
const HEIGHT = 400
const LEFT = 64
const RIGHT = 150 // names stand there
const TOP = 44
const BOTTOM = 48
const LABEL = 14 // apart

const COLOURS = ['a', 'b', 'c', 'd']
const LIGHT = ['#0b7285', '#c2410c', '#6d28d9', '#15803d']
const DARK = ['#4dc4d6', '#fb923c', '#c4b5fd', '#4ade80']
const coloured = (colours: string[]) =>
  colours
    .map((colour, at) => {
      const name = `.${COLOURS[at]}`
      return `line${name},polyline${name}{stroke:${colour}}text${name},circle${name}{fill:${colour}}`
    })
    .join('')
const STYLE =
  '<style>text{font:12px sans-serif;fill:#444}.h{font-size:14px}.m{text-anchor:middle}.e{text-anchor:end}' +
  '.g{stroke:#8883}polyline{fill:none;stroke-width:2}.n{stroke-dasharray:4 4}' +
  `${coloured(LIGHT)}@media(prefers-color-scheme:dark){text{fill:#ccc}${coloured(DARK)}}</style>`

export const curvePlot = ({ title, across, label = short, curves }: CurvePlot): string => {
  const places = [...new Set(curves.flatMap(({ points }) => points.map(({ at }) => at)))]
  const values = curves.flatMap(({ points, beside }) => [
    ...points.map(({ value }) => value),
    ...(beside ? [beside.value] : []),
  ])
  const decades = decadesOf(values)
  const [least, most] = [decades[0]!, decades.at(-1)!]
  const right = WIDTH - RIGHT
  const x = scale(Math.min(...places), Math.max(...places), { from: LEFT + 16, to: right - 16 })
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
    ...places.map(
      (at) => `<text class="m" x="${x(at)}" y="${HEIGHT - BOTTOM + 20}">${label(at)}</text>`,
    ),
    `<text class="m" x="${(LEFT + right) / 2}" y="${HEIGHT - 8}">${across}</text>`,
    ...curves.map((curve, at) => curveText(curve, { x, y, colour: COLOURS[at]! })),
    ...apart(curves.flatMap((curve, at) => namesOf(curve, { y, colour: COLOURS[at]! }))).map(
      ({ name, colour, top }) =>
        `<text class="${colour}" x="${right + 4}" y="${top + 4}">${name}</text>`,
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
  { name, points, beside }: Curve,
  { x, y, colour }: { x: Scale; y: Scale; colour: string },
): string => {
  const places = points.map(({ at, value }) => ({ at, value, px: x(at), py: y(value) }))
  const line = places.map(({ px, py }) => `${px},${py}`).join(' ')
  const dots = places.map(
    ({ at, value, px, py }) =>
      `<circle class="${colour}" cx="${px}" cy="${py}" r="3"><title>${name}, ${at}: ${value}</title></circle>`,
  )
  const level = beside && y(beside.value)
  const across = `<line class="${colour} n" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${level}" y2="${level}"/>`
  return [
    ...(beside ? [across] : []),
    `<polyline class="${colour}" points="${line}"/>`,
    ...dots,
  ].join('\n')
}

interface Label {
  name: string
  colour: string
  top: number
}

const namesOf = (
  { name, points, beside }: Curve,
  { y, colour }: { y: Scale; colour: string },
): Label[] => [
  { name, colour, top: y(points.at(-1)!.value) },
  ...(beside ? [{ name: beside.name, colour, top: y(beside.value) }] : []),
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
