// X5, how a request is written: a path is compared as it is written, so nothing is found under another
// spelling; and where a request ends is no matter of opinion, so no proxy in front can be made to see
// other requests than we do.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { isThroughEdge } from '../support/edge-in-front.ts'
import { OPERATOR } from '../support/engine.ts'
import { type Operation, operationsOf, readDocument } from '../support/openapi.ts'
import { DOORS } from './doors.ts'
import { askAsWritten, talk } from './talk.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let saleId: string
let token: string

before(async () => {
  world = await makeWorld()
  saleId = await world.engine.sale()
  token = (await world.engine.tokens(saleId, ['1']))[0]!
})

after(() => world[Symbol.asyncDispose]())

// Other ways to write this path, which something in front may take for it.
const spellings = (path: string): string[] => {
  const isAsset = path.startsWith('/assets/') // of any version
  const coded = (at: number) =>
    `${path.slice(0, at)}%${path.charCodeAt(at).toString(16)}${path.slice(at + 1)}`
  const last = path.lastIndexOf('/')
  const between = (end: string) => path.slice(0, last) + end + path.slice(last + 1)
  const all = [
    path.toUpperCase(),
    path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    ...(isAsset ? [] : [coded(1), coded(path.length - 1)]),
    ...ENDS.map((end) => path + end),
    ...BEFORE.map((start) => start + path),
    ...BETWEEN.map(between),
    `/\\${path.slice(1)}`,
    `/%2f${path.slice(1)}`,
    path.replaceAll('/', '\\').replace('\\', '/'),
  ]
  return all.filter((one) => one !== path && one !== '//' && !one.includes('NaN'))
}

const ENDS =
  `/ // /. /.. /./ /x/.. ; ;x=1 .json %20 %00 %2f %3f %23 %0d%0ax:1 %252e \\ . ~ * + ' " | ^ {} <x>`.split(
    ' ',
  )
const BEFORE = ['/', '/.', '/x/..', '/%2e', '/x/%2e%2e', '/..', '/api/..']
const BETWEEN = ['//', '/./', '/x/../', '%2f', '%5c']

// An id that is none; or the rest was taken for one, and only other methods look for it.
const NOTHING_HERE = /^(not-found|no-such-.*|method-not-allowed)$/

// nginx cannot read these: a zero byte, and a climb above the root.
const isUnreadable = (path: string) =>
  !path.startsWith('/') || (isThroughEdge && /%00|^\/+\.\.(?:\/|$)/.test(path))

const patternOf = ({ path }: Operation) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]*')}$`)

suite('X5 a path', () => {
  test('of any operation is found in one spelling only', async (t) => {
    const operations = operationsOf(await readDocument(world.engine))
    for (const { name, method } of operations)
      await t.test(name, async () => {
        const others = operations.filter((one) => one.method === method && one.name !== name)
        const door = await DOORS[name]!(world)
        const [key = OPERATOR] = Object.values(door.keys)
        const headers = { ...door.headers, authorization: `Bearer ${key}` }
        const before = await world.settled()
        for (const path of new Set(spellings(door.path))) {
          if (others.some((other) => patternOf(other).test(path))) continue
          const seen = await askAsWritten(world.engine.url, {
            method,
            path,
            headers,
            body: door.body,
          })
          const told = isUnreadable(path) ? /^malformed$/ : NOTHING_HERE
          assert.match(seen.code ?? `${seen.status}`, told, `${method} ${path}`)
        }
        assert.deepEqual(world.tables(), before)
      })
  })

  test('with an id that is none, or endless, finds nothing and costs nothing', async () => {
    const ids = ['0', '-1', '+1', '01', '1e0', '0x1', '1.0', '１', 'x', '%31', 'null', '__proto__']
    const long = ['9'.repeat(19), '9'.repeat(7000), '%'.repeat(2000), 'x'.repeat(7000)]
    const paths = Object.keys((await readDocument(world.engine)).paths)
    const named = paths.filter((path) => path.includes('Id}'))
    const startedMs = performance.now()
    for (const template of named)
      for (const id of [...ids, ...long]) {
        const path = template.replace(/\{\w+Id\}/, encodeURI(id))
        const isBuyers = !path.startsWith('/api/admin/')
        const key = isBuyers ? world.ann.sessionToken : OPERATOR
        const headers = { authorization: `Bearer ${key}` }
        const seen = await askAsWritten(world.engine.url, { method: 'GET', path, headers })
        assert([404, 405].includes(seen.status), `${path.slice(0, 60)}: ${seen.status}`)
      }
    assert(performance.now() - startedMs < 10_000)
  })

  test('that is none is answered as well', async () => {
    const { engine } = world
    const lines: [line: string, statuses: number[], atEdge?: number[]][] = [
      ['OPTIONS * HTTP/1.1', [404], [400]],
      ['GET * HTTP/1.1', [404], [400]],
      ['GET http://evil.example/api/admin/sales HTTP/1.1', [401]],
      ['GET //evil.example/api/time HTTP/1.1', [404]],
      ['GET /api/time#x HTTP/1.1', [200]],
      ['GET api/time HTTP/1.1', [400]],
      ['GET /api/ti me HTTP/1.1', [400]],
      ['GET /api/sales/\u00ff HTTP/1.1', [400]],
      ['CONNECT evil.example:443 HTTP/1.1', [400]],
      ['TRACE /api/time HTTP/1.1', [404], [405]],
      ['PURGE /api/time HTTP/1.1', [404]],
      ['get /api/time HTTP/1.1', [400]],
      ['GET /api/time HTTP/1.2', [400]],
      ['PRI * HTTP/2.0', [400]],
      ['\x16\x03\x01\x00\xa5\x01', [400]],
    ]
    for (const [line, behind, atEdge = behind] of lines) {
      const statuses = isThroughEdge ? atEdge : behind
      const said = `${line}\r\nhost: x\r\nconnection: close\r\n\r\n`
      const heard = await talk(engine.url, Buffer.from(said, 'latin1'))
      assert.deepEqual([heard.statuses, heard.closed], [statuses, true], line)
    }
  })
})

suite('X5 where a request ends', () => {
  const headOf = (kind: 'attempt' | 'product', more: string) =>
    [
      `POST ${kind === 'attempt' ? `/api/sales/${saleId}/attempts` : '/api/admin/products'} HTTP/1.1`,
      'host: x',
      `authorization: Bearer ${kind === 'attempt' ? token : OPERATOR}`,
      'content-type: application/json',
      more,
    ].join('\r\n')

  const NEXT = 'GET /api/time HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
  const CHUNKED = 'transfer-encoding: chunked'

  // The rest of a request that can be read in two ways.
  const ambiguous: Record<string, string> = {
    'a length and chunks': `content-length: 5\r\n${CHUNKED}\r\n\r\n0\r\n\r\n`,
    'chunks and a length': `${CHUNKED}\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
    'two lengths': 'content-length: 0\r\ncontent-length: 12\r\n\r\n',
    'one length twice': 'content-length: 0\r\ncontent-length: 0\r\n\r\n',
    'a list of lengths': 'content-length: 0, 0\r\n\r\n',
    'a length with a sign': 'content-length: +0\r\n\r\n',
    'a negative length': 'content-length: -1\r\n\r\n',
    'a hexadecimal length': 'content-length: 0x0\r\n\r\n',
    'an endless length': `content-length: ${'9'.repeat(30)}\r\n\r\n`,
    'a space before the colon': 'content-length : 0\r\n\r\n',
    'a space before that of chunks': 'transfer-encoding : chunked\r\n\r\n0\r\n\r\n',
    'another encoding': 'transfer-encoding: xchunked\r\n\r\n0\r\n\r\n',
    identity: 'transfer-encoding: identity\r\n\r\n',
    'chunks, then identity': 'transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    'gzip, then chunks': 'transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'chunks twice': `${CHUNKED}\r\n${CHUNKED}\r\n\r\n0\r\n\r\n`,
    'a folded header': 'x-a: b\r\n c: d\r\n\r\n',
    'folded chunks': 'transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n',
    'a bare line feed': 'x-a: b\nx-c: d\r\n\r\n',
    'a bare carriage return': 'x-a: b\rx-c: d\r\n\r\n',
    'a bare line feed at the end': 'x-a: b\r\n\n',
    'a zero byte': 'x-a: b\0c\r\n\r\n',
    'a header without a colon': 'nonsense\r\n\r\n',
    'a header without a name': ': x\r\n\r\n',
    'a name with a space': 'x a: b\r\n\r\n',
    'a bare line feed in chunks': `${CHUNKED}\r\n\r\n0\n\n`,
    'a bare line feed after an extension': `${CHUNKED}\r\n\r\n0;x\n\r\n`,
    'a prefixed chunk size': `${CHUNKED}\r\n\r\n0x0\r\n\r\n`,
    'a negative chunk size': `${CHUNKED}\r\n\r\n-1\r\n\r\n`,
    'an endless chunk size': `${CHUNKED}\r\n\r\n${'f'.repeat(20)}\r\n\r\n`,
    'an endless chunk extension': `${CHUNKED}\r\n\r\n0;${'x'.repeat(20_000)}\r\n\r\n`,
    'a chunk that does not end': `${CHUNKED}\r\n\r\n2\r\n{}XX0\r\n\r\n`,
  }

  // nginx reads each of these in one way, and writes it plainly to the gateway: for who asks through the
  // edge a request ends where the edge says, and the next one begins there.
  const readByEdge = [
    'a bare line feed',
    'a bare line feed at the end',
    'a header without a colon',
    'a bare line feed in chunks',
    'a bare line feed after an extension',
    'an endless chunk extension',
  ]
  const refused = Object.entries(ambiguous).filter(
    ([why]) => !(isThroughEdge && readByEdge.includes(why)),
  )
  const longTrailer = `${CHUNKED}\r\n\r\n0\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`

  test('is where the edge says', { skip: !isThroughEdge && 'there is no edge' }, async () => {
    const rests = [...readByEdge.map((why) => ambiguous[why]!), longTrailer]
    for (const rest of rests) {
      const product = await talk(world.engine.url, headOf('product', rest) + NEXT)
      assert.deepEqual([product.statuses, product.codes], [[400, 200], ['malformed']], rest)
      const attempt = await talk(world.engine.url, headOf('attempt', rest) + NEXT)
      assert.deepEqual(
        attempt.statuses.map((status) => (status === 202 ? 200 : status)),
        [200, 200],
        rest,
      )
    }
  })

  test('is one thing, or it is refused and nothing after it is read', async () => {
    const before = await world.settled()
    for (const kind of ['attempt', 'product'] as const)
      for (const [why, rest] of refused) {
        const heard = await talk(world.engine.url, headOf(kind, rest) + NEXT)
        assert.deepEqual([heard.statuses, heard.closed], [[400], true], `${kind}: ${why}`)
        assert.deepEqual(heard.codes, ['malformed'], why)
      }
    const old = headOf('attempt', `${CHUNKED}\r\n\r\n0\r\n\r\n`).replace('HTTP/1.1', 'HTTP/1.0')
    assert.deepEqual((await talk(world.engine.url, old + NEXT)).statuses, [400], 'chunks of 1.0')
    if (!isThroughEdge) {
      const long = await talk(world.engine.url, headOf('attempt', longTrailer) + NEXT)
      assert.deepEqual([long.statuses, long.closed], [[431], true], 'an endless trailer')
    }
    assert.deepEqual(world.tables(), before)
  })

  test('is after its body, also when the body looks like a request and is not wanted', async () => {
    const hidden = 'POST /api/admin/stop HTTP/1.1\r\nhost: x\r\n\r\n'
    const length = `content-length: ${hidden.length}\r\n\r\n${hidden}`
    const bearer = (key: string) => `authorization: Bearer ${key}`
    const doors: [line: string, key: string, status: number][] = [
      ['GET /api/time', 'x', 200],
      ['GET /api/admin/sales', 'x', 401],
      ['POST /api/admin/products', 'x', 401],
      ['POST /api/admin/products', OPERATOR, 415],
      ['POST /api/nothing', 'x', 404],
      ['PUT /api/time', 'x', 415],
    ]
    for (const [line, key, status] of doors) {
      const said = `${line} HTTP/1.1\r\nhost: x\r\n${bearer(key)}\r\n${length}${NEXT}`
      const { statuses } = await talk(world.engine.url, said)
      assert.equal(statuses[0], status, line)
      const isReadOn = statuses.length === 2 && statuses[1] === 200
      assert(isReadOn || statuses.length === 1, `${line}: ${statuses.join(' ')}`)
    }
    const attempt = headOf('attempt', length).replace('application/json', 'text/plain')
    const heard = await talk(world.engine.url, attempt + NEXT)
    // The edge has read it to its end, and so goes on with the next.
    assert.deepEqual([heard.statuses, heard.closed], [isThroughEdge ? [415, 200] : [415], true])
  })

  test('is the end of a connection that was to become another protocol’s', async () => {
    const statuses = isThroughEdge ? [200, 200] : [200] // the edge hears no such wish
    for (const upgrade of ['websocket', 'h2c', 'TLS/1.0']) {
      const said = `GET /api/time HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: ${upgrade}\r\n\r\n${NEXT}`
      const heard = await talk(world.engine.url, said)
      assert.deepEqual([heard.statuses, heard.closed], [statuses, true], upgrade)
    }
  })

  test('of two keys the first counts, or none, and none is added to another', async () => {
    const ask = (keys: string[]) => {
      const lines = keys.map((key) => `authorization: Bearer ${key}`)
      return `GET /api/admin/products HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`
    }
    for (const [keys, status] of [
      [[OPERATOR, 'x'], 200],
      [['x', OPERATOR], 401],
    ] as const)
      assert.deepEqual((await talk(world.engine.url, ask([...keys]))).statuses, [
        isThroughEdge ? 400 : status,
      ])
  })
})
