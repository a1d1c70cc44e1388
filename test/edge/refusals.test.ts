// What nginx refuses by itself reads like what a gateway refuses: the same document, with the same code,
// whatever is wrong.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type ProblemCode, problem } from '../../src/gateway/answers.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import type { NginxOptions } from '../support/nginx-server.ts'
import { talk } from '../security/talk.ts'
import { askFrom } from './ask-from.ts'
import { type Edge, startEdge } from './edge.ts'

const FILE = join(import.meta.dirname, '../../deploy/nginx/problems.conf')
const LINGERS_SHORTLY: NginxOptions['changed'] = {
  'limits.conf': [['lingering_timeout 2s', 'lingering_timeout 100ms']],
}

suite('at the edge', needsNginx(), () => {
  let edge: Edge

  before(async () => {
    edge = await startEdge({
      isUnlimited: true,
      changed: LINGERS_SHORTLY,
    })
  })

  after(() => edge[Symbol.asyncDispose]())

  test('every refusal is a document of the gateway, byte for byte', () => {
    const written = [...readFileSync(FILE, 'utf8').matchAll(/return (\d+) '(\{.*\})';/g)]
    const codes = written.map(([, status, text]) => {
      const body = text!.replace('$max_bytes_member', ',"maxBytes":1024')
      const { code } = JSON.parse(body) as { code: ProblemCode }
      const members = { 'rate-limited': { level: 'address' }, 'payload-too-large': MAX_BYTES }
      const expected = problem(code, members[code as keyof typeof members])
      assert.deepEqual([Number(status), body], [expected.status, expected.body])
      return code
    })
    assert.equal(new Set(codes).size, 12)
  })

  const MAX_BYTES = { maxBytes: 1024 }

  test('what is not there is answered with the same headers as by a gateway', async () => {
    const own = await askFrom(edge.nginx.url, { path: '/metrics' })
    const behind = await askFrom(edge.engine.url, { path: '/nowhere' })
    const known = ({ headers }: typeof own) => {
      const { date: _, connection: _c, server: _s, 'keep-alive': _k, ...others } = headers
      return { ...others, 'x-request-id': '' }
    }
    assert.equal(own.status, 404)
    assert.equal(own.text, behind.text)
    assert.deepEqual(known(own), known(behind))
    assert.equal(own.headers['server'], 'nginx', 'its version is nobody’s business')
  })

  const long = 'y'.repeat(9000)
  const tooLarge = (path: string, bytes: number) =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes}\r\nconnection: close\r\n\r\n`

  const odd: Record<string, [said: string, code: ProblemCode, status: number]> = {
    garbage: ['NONSENSE\r\n\r\n', 'malformed', 400],
    'no host': ['GET / HTTP/1.1\r\n\r\n', 'malformed', 400],
    'another protocol': ['GET / HTTP/3.0\r\nhost: x\r\n\r\n', 'malformed', 400],
    'an unknown encoding': [
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n',
      'malformed',
      400,
    ],
    'a tunnel': ['CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n', 'malformed', 400],
    'an echo': ['TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 'method-not-allowed', 405],
    'a long path': [`GET /${long} HTTP/1.1\r\nhost: x\r\n\r\n`, 'header-too-large', 431],
    'a long header': [`GET / HTTP/1.1\r\nhost: x\r\nx: ${long}\r\n\r\n`, 'header-too-large', 431],
    'a long attempt': [tooLarge('/api/sales/1/attempts', 1025), 'payload-too-large', 413],
    'a long body': [tooLarge('/api/sessions', 65_537), 'payload-too-large', 413],
    'long lists of operators': [
      tooLarge('/api/admin/sales/1/tokens', 262_145),
      'payload-too-large',
      413,
    ],
    'an expectation': [
      'GET / HTTP/1.1\r\nhost: x\r\nexpect: more\r\nconnection: close\r\n\r\n',
      'expectation-failed',
      417,
    ],
    'a kept answer of another version': [
      'GET / HTTP/1.1\r\nhost: x\r\nif-match: "x"\r\nconnection: close\r\n\r\n',
      'version-changed',
      412,
    ],
    'a broken body where nothing is': [
      'GET /metrics HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n#',
      'malformed',
      400,
    ],
    'a path inside': [
      'GET /refused/busy HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'not-found',
      404,
    ],
  }

  for (const [what, [said, code, status]] of Object.entries(odd))
    test(`${what} is refused: ${code}`, async () => {
      const heard = await talk(edge.nginx.url, said)
      assert.deepEqual([heard.statuses, heard.codes, heard.closed], [[status], [code], true])
      assert.match(heard.text, /^content-type: application\/problem\+json\r$/im)
      assert.match(heard.text, /^x-request-id: [\w.-]+\r$/im)
      assert.match(heard.text, /^cache-control: no-store\r$/im)
      assert.match(heard.text, /^x-content-type-options: nosniff\r$/im)
      assert.doesNotMatch(heard.text, /<html|nginx\/1/)
    })

  test('the longest body of each kind goes through', async () => {
    const paths = { '/api/sales/1/attempts': 1024, '/api/sessions': 65_536 }
    for (const [path, bytes] of Object.entries(paths)) {
      const body = '{}'.padEnd(bytes)
      const headers = { 'content-type': 'application/json' }
      const told = await askFrom(edge.nginx.url, { method: 'POST', path, headers, body })
      assert.notEqual(told.status, 413, path)
    }
  })

  test('a part of a kept answer is not to be had: all of it is sent', async () => {
    await askFrom(edge.nginx.url, { path: '/' })
    for (const range of ['bytes=0-1', 'bytes=99999999-'])
      assert.equal((await askFrom(edge.nginx.url, { path: '/', headers: { range } })).status, 200)
  })

  test('a path is found in one spelling only', async () => {
    const spelled = ['/api//sales', '/api/./sales', '/api/x/../sales', '/api/%73ales', '/API/sales']
    const hidden = [
      '/metrics',
      '/metrics/',
      '/metrics?x',
      '/%6detrics',
      '//metrics',
      '/x/../metrics',
    ]
    for (const path of [...spelled, ...hidden]) {
      const told = await askFrom(edge.nginx.url, { path })
      assert.deepEqual([told.status, told.body.code], [404, 'not-found'], path)
    }
  })
})
