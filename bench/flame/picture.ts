// A flame graph as a static SVG: the width of a frame is its share of the processor time, what it calls
// stands on top of it, and the colour says whose code it is. It can be read on a light and a dark page.

import type { Owner } from './frame-name.ts'
import type { Stack } from './stacks.ts'

interface Frame {
  name: string
  owner: Owner
  samples: number
  own: number // of these, with nothing on top
  callees: Map<string, Frame>
}

const WIDTH = 1200
const ROW = 15
const TOP = 44
const LETTER = 5.4
const SHARE_MIN = 0.004 // of all samples; what is narrower is left out

const OWNERS: Record<Owner, { called: string; colour: string }> = {
  engine: { called: 'this engine', colour: '#f0883e' },
  packages: { called: 'packages', colour: '#e3c04a' },
  node: { called: 'Node', colour: '#7fb069' },
  v8: { called: 'V8', colour: '#b9a3e3' },
  sqlite: { called: 'SQLite', colour: '#6cb2eb' },
  system: { called: 'system', colour: '#b8b8b8' },
}

export const flamePicture = (stacks: Stack[], { title }: { title: string }): string => {
  const root = treeOf(stacks)
  const drawn = draw(root)
  const height = TOP + Math.max(0, ...drawn.map(({ row }) => row + 1)) * ROW + 4
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title>${escaped(title)}</title>`,
    styleText(),
    `<text class="h" x="2" y="16">${escaped(title)}</text>`,
    ...legend(root),
    ...drawn.map(({ frame, row, at }) =>
      frameText(frame, { at, y: height - 4 - (row + 1) * ROW, root }),
    ),
    '</svg>',
  ].join('\n')
}

const newFrame = (name: string, owner: Owner): Frame => ({
  name,
  owner,
  samples: 0,
  own: 0,
  callees: new Map(),
})

const treeOf = (stacks: Stack[]): Frame => {
  const root = newFrame('all', 'system')
  for (const { frames, samples } of stacks) {
    let at = root
    at.samples += samples
    for (const { name, owner } of frames) {
      let next = at.callees.get(name)
      if (next === undefined) at.callees.set(name, (next = newFrame(name, owner)))
      next.samples += samples
      at = next
    }
    at.own += samples
  }
  return root
}

interface Drawn {
  frame: Frame
  row: number
  at: number // samples to the left
}

const draw = (root: Frame): Drawn[] => {
  const drawn: Drawn[] = []
  const place = (frame: Frame, row: number, at: number) => {
    if (frame.samples < root.samples * SHARE_MIN) return
    if (frame !== root) drawn.push({ frame, row, at })
    let next = at
    for (const callee of byName(frame)) {
      place(callee, frame === root ? 0 : row + 1, next)
      next += callee.samples
    }
  }
  place(root, 0, 0)
  return drawn
}

const byName = ({ callees }: Frame): Frame[] =>
  [...callees.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))

const styleText = (): string => {
  const colours = Object.entries(OWNERS).map(([owner, { colour }]) => `.${owner}{fill:${colour}}`)
  return `<style>text{font:9px monospace;fill:#111;pointer-events:none}.h{font:14px sans-serif;fill:#444}.l{font:12px sans-serif;fill:#444}rect{height:${ROW - 1}px}rect:hover{opacity:.7}${colours.join('')}@media(prefers-color-scheme:dark){.h,.l{fill:#ccc}}</style>`
}

// Whose code it is, with the share of the samples in which it was running itself.
const legend = (root: Frame): string[] => {
  const own = new Map<Owner, number>()
  const add = (frame: Frame) => {
    own.set(frame.owner, (own.get(frame.owner) ?? 0) + frame.own)
    for (const callee of frame.callees.values()) add(callee)
  }
  add(root)
  return (Object.keys(OWNERS) as Owner[]).map((owner, at) => {
    const { called } = OWNERS[owner]
    const x = 2 + at * 140
    const share = percent(own.get(owner) ?? 0, root)
    return `<rect class="${owner}" x="${x}" y="24" width="12"/><text class="l" x="${x + 16}" y="35">${called} ${share}</text>`
  })
}

const percent = (samples: number, root: Frame): string =>
  `${((100 * samples) / Math.max(1, root.samples)).toFixed(1)} %`

const frameText = (
  frame: Frame,
  { at, y, root }: { at: number; y: number; root: Frame },
): string => {
  const scale = WIDTH / root.samples
  const [x, width] = [(at * scale).toFixed(1), frame.samples * scale]
  const title = `<title>${escaped(frame.name)}: ${percent(frame.samples, root)}</title>`
  const rect = `<rect class="${frame.owner}" x="${x}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}">${title}</rect>`
  const letters = Math.floor((width - 4) / LETTER)
  if (letters < 4) return rect
  const name = frame.name.length > letters ? `${frame.name.slice(0, letters - 1)}…` : frame.name
  return `${rect}<text x="${(+x + 2).toFixed(1)}" y="${y + 10}">${escaped(name)}</text>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
