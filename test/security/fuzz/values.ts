// Values that somebody might send instead of the right one, and JSON in which they can be written: also
// what no serialiser writes, like one key twice or a number that nobody can keep.

import type { Chance } from '../../simulation/chance.ts'

const RAW = Symbol('raw')

// A piece of JSON as it is to be written.
interface Raw {
  [RAW]: string
}

const raw = (text: string): Raw => ({ [RAW]: text })

const isRaw = (value: Value): value is Raw =>
  typeof value === 'object' && value !== null && RAW in value

export type Value = null | boolean | number | string | Raw | Value[] | { [key: string]: Value }

export const jsonOf = (value: Value): string => {
  if (isRaw(value)) return value[RAW]
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`)
  return `{${members.join()}}`
}

export const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e3',
  '00',
  '+1',
  'null',
  'true',
  'NaN',
  '９',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '1'.repeat(400),
  '\u0000',
  'a\u0000b',
  'a\r\nset-cookie: b',
  '\u202e\u2066',
  '\ufeff',
  '\u2028',
  '\u007f',
  '\ud800',
  'a\udfffb',
  '𝕏💥',
  'e\u0301'.repeat(300),
  '李雷',
  'ﬁ',
  'ß',
  'İ',
  "' or 1=1 --",
  '"; drop table orders; --',
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',

  '../../../etc/passwd',
  '..%2f..',
  '%00',
  '%',
  '=1+1',
  '\u001b[2J',
  '__proto__',
  'constructor',
  'x'.repeat(65),
  'x'.repeat(201),
  'x'.repeat(5000),
  'x'.repeat(66_000),
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-11-11T12:00:60Z',
  '2026-11-11T12:00:00+23:59',
  '2026-11-11 12:00:00Z',
  '1970-01-01T00:00:00Z',
  `2026-11-11T12:00:00.${'9'.repeat(18)}Z`,
]

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '2',
  '1.5',
  '1.0',
  '1e0',
  '1E2',
  '1e-400',
  '1e400',
  '-1e400',
  '9007199254740991',
  '9007199254740993',
  '-9007199254740991',
  '1e21',
  '4294967296',
  '01',
  '+1',
  '.5',
  '1.',
  '0x10',
  'NaN',
  'Infinity',
  '1_000',
  '１',
  '1'.repeat(5000),
].map(raw)

const nested = (open: string, close: string, depth: number): Raw =>
  raw(`${open.repeat(depth)}1${close.repeat(depth)}`)

const THINGS: Value[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  [[], {}, [{}]],
  { constructor: { prototype: { admin: true } } },
  raw('{"__proto__":{"admin":true}}'),
  raw('{"a":1,"a":2}'),
  raw('{"toString":null,"valueOf":1,"then":{}}'),
  ...[5, 33, 2000, 20_000].map((depth) => nested('[', ']', depth)),
  ...[5, 33, 2000].map((depth) => nested('{"a":', '}', depth)),
  raw(`[${'1,'.repeat(20_000)}1]`),
  raw('"\\u0000\\ud800\\q"'),
  raw('"not closed'),
  raw(''),
]

export const oddValue = (chance: Chance): Value => {
  if (chance.happens(0.4)) return chance.pick(TEXTS)
  return chance.pick(chance.happens(0.5) ? NUMBERS : THINGS)
}

// Somewhere in it something is another thing, is not there, or is there twice.
export const mutated = (value: Value, chance: Chance): Value => {
  if (Array.isArray(value)) {
    if (value.length === 0 || chance.happens(0.3)) return oddValue(chance)
    return value.map((one) => (chance.happens(0.5) ? mutated(one, chance) : one))
  }
  if (typeof value !== 'object' || value === null || isRaw(value)) return oddValue(chance)
  if (chance.happens(0.08)) return oddValue(chance)
  const key = chance.pick(Object.keys(value))
  if (key === undefined || chance.happens(0.15))
    return { ...value, [chance.pick(TEXTS)]: oddValue(chance) }
  const { [key]: member = null, ...others } = value
  if (chance.happens(0.2)) return others
  if (chance.happens(0.1)) return twice(value, { [key]: oddValue(chance) })
  return { ...others, [key]: mutated(member, chance) }
}

const twice = (value: Value, more: Value): Raw => {
  const [first, second] = [value, more].map((one) => jsonOf(one).slice(1, -1))
  return raw(`{${first},${second}}`)
}
