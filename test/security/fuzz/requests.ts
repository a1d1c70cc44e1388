// Requests made of the OpenAPI document: every operation as it should be asked, and then with something
// wrong in its path, its query, its headers, its credential or its body.

import type { Chance } from '../../simulation/chance.ts'
import type { Json } from '../../support/engine.ts'
import { operationsOf } from '../../support/openapi.ts'
import { signed } from '../../support/provider.ts'
import type { Fixtures } from './fixtures.ts'
import { jsonOf, mutated, TEXTS, type Value } from './values.ts'

export interface FuzzRequest {
  operation: string // `GET /api/time`
  isHead: boolean
  bytes: Buffer
}

export interface FuzzOperation {
  name: string
  method: string
  path: string
  credentials: string[]
  parameters: { name: string; in: string; schema: Json; required?: boolean }[]
  body: Json // a schema; undefined: none
}

export const fuzzOperations = (document: Json): FuzzOperation[] =>
  operationsOf(document).map(({ name, method, path, credentials }) => {
    const { parameters = [], requestBody } = document.paths[path][method.toLowerCase()]
    const body = requestBody?.content['application/json']?.schema
    return { name, method, path, credentials, parameters, body }
  })

interface Draw {
  chance: Chance
  from: Fixtures
  isOdd: (probability: number) => boolean // never, in a request that is as it should be
}

export const fuzzRequest = (
  operation: FuzzOperation,
  { chance, from, isRight }: { chance: Chance; from: Fixtures; isRight: boolean },
): FuzzRequest => {
  const draw: Draw = { chance, from, isOdd: (often) => !isRight && chance.happens(often) }
  const isHead = operation.method === 'GET' && !isStream(operation) && draw.isOdd(0.05)
  const body = bodyOf(operation, draw)
  const fields = [
    'host: fuzz.example',
    ...credentialOf(operation, draw),
    ...moreHeaders(operation, draw),
    ...(body?.fields ?? []),
  ]
  const target = targetOf(operation, draw)
  const head = `${isHead ? 'HEAD' : operation.method} ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body?.bytes ?? Buffer.alloc(0)])
  return { operation: operation.name, isHead, bytes }
}

const isStream = ({ path }: FuzzOperation) => path.endsWith('/events')

const targetOf = ({ path, parameters }: FuzzOperation, draw: Draw): string => {
  const { chance, from, isOdd } = draw
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    if (isOdd(0.1)) return spelled(chance.pick(TEXTS), chance)
    return from.ids[name] ?? String(1 + chance.below(50))
  })
  const queries = parameters
    .filter((one) => one.in === 'query' && (one.required || chance.happens(0.3)))
    .flatMap(({ name, schema }) => {
      const value = isOdd(0.4) ? chance.pick(TEXTS) : validOf(schema, name, draw)
      const text = typeof value === 'string' ? value : jsonOf(value)
      const one = `${name}=${encodeURIComponent(text.toWellFormed())}`
      return isOdd(0.1) ? [one, one] : [one]
    })
  if (isOdd(0.05)) queries.push(spelled(chance.pick(TEXTS), chance))
  return queries.length === 0 ? filled : `${filled}?${queries.join('&')}`
}

// In a path or a query: as it should be written, or as it comes as long as a request can hold it.
const spelled = (text: string, chance: Chance): string => {
  const short = text.slice(0, 3000).toWellFormed()
  if (chance.happens(0.5)) return encodeURIComponent(short)
  return Buffer.from(short)
    .toString('latin1')
    .replaceAll(/[\0-\x20\x7f]/g, '%0a')
}

const credentialOf = ({ credentials }: FuzzOperation, { chance, from, isOdd }: Draw): string[] => {
  const { session, purchaseToken, otherToken, operator, viewer } = from
  const right = { session, 'purchase-token': purchaseToken, 'admin-key': operator }
  const [kind] = credentials.length > 0 ? [chance.pick(credentials)] : []
  const key = right[kind as keyof typeof right]
  if (!isOdd(0.3)) return key === undefined ? [] : [`authorization: Bearer ${key}`]
  const given = chance.pick([session, purchaseToken, otherToken, operator, viewer])
  const at = chance.below(given.length)
  return chance.pick([
    [],
    [`authorization: Bearer ${given}`],
    [
      `authorization: Bearer ${given.slice(0, at)}${chance.pick(['A', '.', '=', ''])}${given.slice(at + 1)}`,
    ],
    [`authorization: Bearer ${given.slice(0, at)}`],
    [`authorization: Basic ${btoa(given)}`],
    [`authorization: bearer  ${given}`, `Authorization: Bearer ${operator}`],
    [`authorization: Bearer ${'x'.repeat(chance.below(6000))}`],
    ['authorization: Bearer \xff\xfe\x80'],
    ['authorization:', `cookie: session=${given}`],
  ])
}

const HEADERS: [string, string[]][] = [
  ['idempotency-key', ['a', 'b', 'c', '', 'x'.repeat(300), 'é', 'a, a']],
  ['if-match', ['*', '"1"', '"2"', 'W/"1"', '1', '"', '']],
  ['if-none-match', ['*', '"x"', 'x'.repeat(2000)]],
  ['x-forwarded-for', ['127.0.0.1', '198.51.100.7, 203.0.113.1', '::1', '[', 'x'.repeat(500)]],
  ['x-request-id', ['abc', 'a b', '\xff', 'x'.repeat(65), '"<>']],
  ['origin', ['null', 'https://evil.example', 'file://', '']],
  ['accept', ['text/csv', '*/*;q=0', 'x']],
  ['accept-encoding', ['gzip', 'br, *;q=0', 'identity;q=0']],
  ['range', ['bytes=0-0', 'bytes=-1', 'bytes=9-1,5-']],
  ['content-language', ['x'.repeat(1000)]],
  ['te', ['trailers']],
  ['challenge-pass', ['x', '.', 'e30='.repeat(50)]],
  ['connection', ['close', 'keep-alive', 'x-request-id, close']],
]

const moreHeaders = ({ parameters }: FuzzOperation, { chance, isOdd }: Draw): string[] => {
  const wanted = parameters.some(({ name }) => name === 'if-match') ? ['if-match: *'] : []
  if (!isOdd(0.3)) return wanted
  const some = Array.from({ length: 1 + chance.below(3) }, () => {
    const [name, values] = chance.pick(HEADERS)
    return `${name}: ${chance.pick(values)}`
  })
  return chance.happens(0.5) ? some : [...wanted, ...some]
}

const bodyOf = (operation: FuzzOperation, draw: Draw) => {
  const { chance, isOdd } = draw
  const isSigned = operation.name === 'POST /api/payments/webhook'
  if (operation.body === undefined && !isSigned && !isOdd(0.1)) return undefined
  let value = validOf(operation.body ?? { type: 'object' }, '', draw)
  for (let turn = 0; turn < 3 && isOdd(0.45); turn += 1) value = mutated(value, chance)
  let text = jsonOf(value)
  if (isOdd(0.05)) text = text.slice(0, chance.below(text.length + 1))
  if (isOdd(0.02)) text = `\ufeff${text}`
  let bytes = Buffer.from(text)
  if (isOdd(0.03) && bytes.length > 0) bytes[chance.below(bytes.length)] = chance.below(256)
  if (isOdd(0.02)) bytes = Buffer.from(text, 'utf16le')
  const type = isOdd(0.1) ? chance.pick(TYPES) : 'content-type: application/json'
  const fields = isSigned && !isOdd(0.2) ? signatureOf(text) : [type]
  return framed({ bytes, fields }, draw)
}

const TYPES = [
  'x: y',
  'content-type: text/plain',
  'content-type: application/json; charset=utf-16',
  'content-type: application/json;charset="UTF-8"',
  'content-type: application/jsonp',
  'content-type: multipart/form-data; boundary=x',
  'content-type:',
  'content-type: \xff',
  'content-type: application/json\r\ncontent-encoding: gzip',
]

const signatureOf = (raw: string): string[] =>
  Object.entries(signed({ id: `event ${raw.length}`, raw }).headers).map(
    ([name, value]) => `${name}: ${value}`,
  )

// With its length, or in pieces.
const framed = (of: { bytes: Buffer; fields: string[] }, { chance, isOdd }: Draw) => {
  const { bytes, fields } = of
  if (!isOdd(0.1)) return { bytes, fields: [...fields, `content-length: ${bytes.length}`] }
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + 1 + chance.below(bytes.length))
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
    at += piece.length
  }
  const whole = Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
  return { bytes: whole, fields: [...fields, 'transfer-encoding: chunked'] }
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

// What fields are called says more than their schema does. Webhooks go nowhere: nobody has this name.
const BY_NAME: Record<string, (draw: Draw) => Value> = {
  url: () => 'https://webhooks.invalid/',
  picture: () => 'https://shop.example/phone.png',
  currency: () => 'CNY',
  startsAt: ({ chance }) => inMs(chance.pick([-1000, 100_000, 3_000_000])),
  endsAt: () => inMs(6_000_000),
  until: () => inMs(600_000),
  address: ({ chance }) => `198.51.100.${chance.below(256)}`,
  cidr: ({ chance }) => `203.0.113.${chance.below(4) * 64}/26`,
  buyer: ({ chance }) => String(7_000_000 + chance.below(1000)),
  buyers: ({ chance }) => Array.from({ length: chance.below(20) }, (_, at) => String(at + 1)),
  name: ({ chance }) => `somebody ${chance.below(100)}`,
  password: () => 'correct horse battery',
  admission: () => 'open',
  segments: () => 1,
  strategy: () => 'counter',
}

const validOf = (schema: Json, name: string, draw: Draw): Value => {
  const { chance, from } = draw
  const known = BY_NAME[name]?.(draw) ?? from.ids[name]
  if (known !== undefined) return known
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return chance.pick<Value>(schema.enum)
  const either = schema.anyOf ?? schema.oneOf
  if (either) return validOf(chance.pick(either), name, draw)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return membersOf(schema, draw)
    case 'array':
      return Array.from({ length: chance.below(4) }, () => validOf(schema.items, '', draw))
    case 'integer':
    case 'number':
      return chance.pick([schema.minimum ?? 0, schema.maximum ?? 1000, (schema.minimum ?? 0) + 1])
    case 'boolean':
      return chance.happens(0.5)
    default:
      return textOf(schema, draw)
  }
}

const membersOf = ({ properties = {}, required = [] }: Json, draw: Draw): Value =>
  Object.fromEntries(
    Object.entries<Json>(properties)
      .filter(([key]) => required.includes(key) || draw.chance.happens(0.4))
      .map(([key, one]) => [key, validOf(one, key, draw)]),
  )

const GUESSES = ['a word', '1', 'CNY', 'x'.repeat(32), 'a', 'x'.repeat(8)]

const textOf = ({ format, pattern, minLength = 0 }: Json, { chance, from }: Draw): string => {
  if (format === 'id') return chance.pick(Object.values(from.ids).filter((id) => /^\d+$/.test(id)))
  if (format === 'date-time') return inMs(chance.below(1_000_000))
  const fits = new RegExp(pattern ?? '', 'u')
  return (
    GUESSES.find((text) => text.length >= minLength && fits.test(text)) ?? 'x'.repeat(minLength)
  )
}
