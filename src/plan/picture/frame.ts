// What the pictures of a plan have in common: a static SVG that can be read on a light and a dark page.

export const WIDTH = 720

export const COLOURS = ['a', 'b', 'c', 'd', 'e5', 'f'] as const

const LIGHT = ['#0b7285', '#c2410c', '#6d28d9', '#15803d', '#b45309', '#be185d']
const DARK = ['#4dc4d6', '#fb923c', '#c4b5fd', '#4ade80', '#fcd34d', '#f9a8d4']

const rules = (hexes: string[]) =>
  hexes
    .map((hex, at) => {
      const name = COLOURS[at]
      return `polyline.${name}{stroke:${hex}}text.${name},rect.${name}{fill:${hex}}`
    })
    .join('')

const STYLE =
  '<style>text{font:12px sans-serif;fill:#444}.h{font-size:14px}.m{text-anchor:middle}.e{text-anchor:end}' +
  '.g{stroke:#8883}.k{stroke:#888;stroke-dasharray:3 3}rect.t{fill:#8886}polyline{fill:none;stroke-width:1.5}' +
  `${rules(LIGHT)}@media(prefers-color-scheme:dark){text{fill:#ccc}${rules(DARK)}}</style>`

export const frame = (title: string, height: number, lines: string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title>${escaped(title)}</title>`,
    STYLE,
    `<text class="h" x="8" y="20">${escaped(title)}</text>`,
    ...lines,
    '</svg>\n',
  ].join('\n')

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const tenth = (value: number): number => Math.round(value * 10) / 10

const TICKS = 5

// 0 and at most five round steps, the last at or above the most.
export const stepsUpTo = (most: number): number[] => {
  const rough = most / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((of) => of * power).find((of) => of >= rough)!
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) =>
    Number((at * step).toPrecision(6)),
  )
}

export const short = (value: number): string => {
  if (value >= 1_000_000) return `${tenth(value / 1_000_000)} M`
  return value >= 10_000 ? `${tenth(value / 1000)} k` : `${value}`
}
