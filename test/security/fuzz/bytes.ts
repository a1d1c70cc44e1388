// Bytes that are nearly HTTP, or not at all: requests with something wrong on the way, what two parsers
// read in two ways, and noise.

import type { Chance } from '../../simulation/chance.ts'

// Of a request as it should be.
export const fuzzBytes = (right: Buffer, chance: Chance): Buffer => {
  if (chance.happens(0.05)) return noise(chance, 1 + chance.below(300))
  if (chance.happens(0.15)) return Buffer.from(chance.pick(ODD), 'latin1')
  let bytes = chance.happens(0.5) ? rewritten(right, chance) : right
  for (let turn = 0; turn === 0 || chance.happens(0.4); turn += 1) bytes = broken(bytes, chance)
  return chance.happens(0.1) ? Buffer.concat([right, bytes]) : bytes
}

const noise = (chance: Chance, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => chance.below(256)))

const broken = (bytes: Buffer, chance: Chance): Buffer => {
  const at = chance.below(bytes.length + 1)
  const after = Math.min(bytes.length, at + 1 + chance.below(40))
  const [before, piece, rest] = [
    bytes.subarray(0, at),
    bytes.subarray(at, after),
    bytes.subarray(after),
  ]
  switch (chance.below(7)) {
    case 0:
      return flipped(bytes, chance)
    case 1:
      return before
    case 2:
      return Buffer.concat([before, rest])
    case 3:
      return Buffer.concat([before, piece, piece, rest])
    case 4:
      return Buffer.concat([before, noise(chance, 1 + chance.below(8)), piece, rest])
    case 5:
      return Buffer.concat([before, Buffer.from(chance.pick(PIECES), 'latin1'), piece, rest])
    default:
      return Buffer.concat([before, piece.toReversed(), rest])
  }
}

const flipped = (bytes: Buffer, chance: Chance): Buffer => {
  const other = Buffer.from(bytes)
  for (let turn = 0; turn <= chance.below(8); turn += 1) {
    const at = chance.below(bytes.length)
    other[at] = (other[at] ?? 0) ^ (1 << chance.below(8))
  }
  return other
}

const PIECES = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\t',
  ' ',
  ':',
  '\x7f',
  '\xff',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '%',
  '%00',
  '%2e%2e/',
  '//',
  '\\',
  '?',
  '#',
  '*',
  '0'.repeat(30),
  '9'.repeat(30),
  'x'.repeat(9000),
]

// One header more, another one, or another first line.
const rewritten = (right: Buffer, chance: Chance): Buffer => {
  const text = right.toString('latin1')
  const end = text.indexOf('\r\n')
  const [line, rest] = [text.slice(0, end), text.slice(end)]
  const field = chance.pick(FIELDS)
  const name = field.slice(0, field.indexOf(':'))
  switch (chance.below(4)) {
    case 0:
      return latin1(`${line}\r\n${field}${rest}`)
    case 1:
      return latin1(line + rest.replace(new RegExp(`\r\n${name}:[^\r]*`, 'i'), `\r\n${field}`))
    case 2:
      return latin1(chance.pick(LINES).replace('LINE', line) + rest)
    default:
      return latin1(text.replaceAll('\r\n', chance.pick(['\n', '\r', '\r\r\n', '\n\r'])))
  }
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')

const FIELDS = [
  ...[
    '',
    '-1',
    '+5',
    '0x10',
    '1e3',
    ' 5 ',
    '5, 5',
    '5, 6',
    '5;',
    '00000000005',
    '9'.repeat(30),
    '٥',
  ].map((length) => `content-length: ${length}`),
  ...[
    'chunked',
    'Chunked',
    'chunked, chunked',
    'chunked, identity',
    'gzip, chunked',
    'xchunked',
  ].map((coding) => `transfer-encoding: ${coding}`),
  ...['\tchunked', '\x0bchunked', 'chunked ', '"chunked"', 'chunked\r\n x', ''].map(
    (coding) => `transfer-encoding: ${coding}`,
  ),
  'transfer-encoding : chunked',
  'transfer_encoding: chunked',
  'Transfer-Encoding:chunked',
  'content-length : 5',
  'content-length: 5\r\ncontent-length: 6',
  ' content-length: 5',

  'host: a\r\nhost: b',
  'host:',
  'host: a b',
  'host: \0',
  'host: [::1',
  `host: ${'x'.repeat(3000)}`,
  'expect: 100-continue',
  'expect: 200-ok',
  'upgrade: h2c',
  'upgrade: websocket',
  'connection: upgrade, http2-settings',
  'connection: close',
  'connection: keep-alive, close',
  'http2-settings: AAMAAABkAAQAAP__',
  'trailer: content-length',
  'te: trailers, deflate;q=0.5',
  'keep-alive: timeout=99999999',
  'max-forwards: -1',
  'range: bytes=0-18446744073709551615',
  'no colon at all',
  ': no name',
  'x\0y: z',
  'x y: z',
  '\xff: z',
  'x: \xff\xfe',
  'x: \0',
  'x: a\r\n b',
  '__proto__: x',
  'constructor: x',
  'toString: x',
  `x: ${'y'.repeat(8200)}`,
  'a: b\r\n'.repeat(1500),
]

const LINES = [
  'LINE HTTP/1.1',
  'GET',
  'GET /',
  'GET  / HTTP/1.1',
  'GET / HTTP/1.1 ',
  'GET\t/\tHTTP/1.1',
  'GET / HTTP/1.0',
  'GET / HTTP/0.9',
  'GET / HTTP/2.0',
  'GET / HTTP/1.10',
  'GET / HTTP/01.1',
  'GET / http/1.1',
  'get / HTTP/1.1',
  'G\0T / HTTP/1.1',
  `${'A'.repeat(9000)} / HTTP/1.1`,
  'PROPFIND / HTTP/1.1',
  'TRACE / HTTP/1.1',
  'CONNECT a:443 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'GET http://a/api/time HTTP/1.1',
  'GET //api/time HTTP/1.1',
  'GET api/time HTTP/1.1',

  'GET /../../etc/passwd HTTP/1.1',
  'GET /%2e%2e/%2e%2e/ HTTP/1.1',
  'GET /api/sales/%zz HTTP/1.1',
  'GET /api/sales/\xff\xfe HTTP/1.1',
  `GET /${'a/'.repeat(4000)} HTTP/1.1`,
  'GET /? HTTP/1.1',
  `GET /api/sales?${'a=b&'.repeat(1500)} HTTP/1.1`,
  'POST /api/sales/1/attempts# HTTP/1.1',
]

const POST = 'POST /api/sales/1/attempts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
const CHUNKED = `${POST}transfer-encoding: chunked\r\n\r\n`
const GET = 'GET /api/time HTTP/1.1\r\nhost: x\r\n\r\n'

const ODD = [
  '',
  '\r\n\r\n',
  '\n',
  '\0',
  'GET',
  'NONSENSE\r\n\r\n',
  `\r\n\r\n${GET}`,
  GET.repeat(50),

  'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '{"a":1}',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'SSH-2.0-x\r\n',
  'EHLO x\r\n',
  '*1\r\n$4\r\nPING\r\n',
  // Bodies whose end is a matter of opinion, with a request inside.
  `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${GET}`,
  `${POST}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${GET}`,
  `${POST}content-length: 0\r\ncontent-length: ${GET.length}\r\n\r\n${GET}`,
  `${POST}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n${GET}`,
  `${POST}transfer-encoding: identity\r\ncontent-length: 0\r\n\r\n${GET}`,
  `${POST}content-length: 0\r\n\r\n${GET}`,
  `POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${GET}`,
  `GET / HTTP/1.1\r\nhost: x\r\ncontent-length: ${GET.length}\r\n\r\n${GET}${GET}`,
  // Chunks.
  ...['5', '-1', '+1', '0x1', '1 ', ' 1', '1;', '1;a=b', '1;a="\r\n"', 'g', '', '٥', '\0'].map(
    (size) => `${CHUNKED}${size}\r\n{\r\n0\r\n\r\n`,
  ),
  ...['7fffffff', 'ffffffff', '7fffffffffffffff', 'ffffffffffffffff', `${'0'.repeat(400)}1`].map(
    (size) => `${CHUNKED}${size}\r\n{}\r\n0\r\n\r\n`,
  ),
  `${CHUNKED}1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`,
  `${CHUNKED}2\r\n{}0\r\n\r\n`,
  `${CHUNKED}2\r\n{}\r\n0\r\n${'a: b\r\n'.repeat(3000)}\r\n`,
  `${CHUNKED}2\r\n{}\r\n0\r\ncontent-length: 9\r\nhost: y\r\n\r\n${GET}`,
  `${CHUNKED}2\n{}\n0\n\n`,
  `${CHUNKED}${'1\r\n{\r\n'.repeat(2000)}0\r\n\r\n`,
]
