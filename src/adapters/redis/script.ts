// The Lua scripts, one decision each, as they are sent to Redis: the script's own first line, what all
// share (scripts/segment.lua), then the script. Its header says how many keys it takes and what it
// answers, and is read here, so that header and call cannot drift apart.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RETURNING_MS } from '../../domain/stock.ts'

export interface Script {
  name: string
  source: string
  sha1: string // by which Redis knows it; another version of the program has another
  keys: number
}

export const script = (name: string, { shares }: { shares?: 'segment' } = {}): Script => {
  const [first, ...lines] = readLua(name).split('\n')
  assert(first?.startsWith('#!lua'), `${name}.lua begins with #!lua`)
  const shared = shares ? `local REST_MS = ${RETURNING_MS}\n${readLua(shares)}` : ''
  const source = [first, shared, ...lines].join('\n')
  const sha1 = createHash('sha1').update(source).digest('hex')
  return { name, source, sha1, keys: keysOf(name, lines) }
}

// On one segment: most are.
export const segmentScript = (name: string): Script => script(name, { shares: 'segment' })

const readLua = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'scripts', `${name}.lua`), 'utf8')

// `-- KEYS  1 segment  2 buyers …`; a list without end counts as none.
const keysOf = (name: string, lines: string[]): number => {
  const header = lines.find((line) => line.startsWith('-- KEYS'))
  assert(header !== undefined, `${name}.lua says which keys it takes`)
  return [...header.matchAll(/(\d+) [a-z_]+/g)].length
}
