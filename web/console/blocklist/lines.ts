// Lines that somebody pasted, as the API takes them. Which kind of thing a line is can be seen from it;
// whether it is right the server says, by its place in what was sent.

import type { BlockKind } from './shapes.ts'

export interface Line {
  number: number // as it is counted in the text, from 1
  block: { buyer: string } | { address: string } | { cidr: string }
}

export const LINES_MAX = 1000

export const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line, at) => {
    const value = line.trim()
    return value === '' ? [] : [{ number: at + 1, block: blockOf(value) }]
  })

const blockOf = (value: string): Line['block'] => {
  if (/^\d+$/.test(value)) return { buyer: value }
  return value.includes('/') ? { cidr: value } : { address: value }
}

export const kindOf = ({ block }: Line) => Object.keys(block)[0] as BlockKind

// Which line a refusal is about, by its path: `blocks/7`, `blocks.7.buyer`.
export const lineAt = (lines: Line[], path: string | undefined): Line | undefined => {
  const [, at] = /^blocks[/.](\d+)/.exec(path ?? '') ?? []
  return at === undefined ? undefined : lines[Number(at)]
}
