// The OpenAPI document is good, whole and true.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { PROBLEMS } from '../../src/gateway/answers.ts'
import { type Engine, type Json, startEngine, VIEWER } from '../support/engine.ts'
import { faultOf, type Operation, operationsOf, readDocument } from '../support/openapi.ts'

let engine: Engine
let document: Json
let operations: Operation[]
let saleId: string

before(async () => {
  engine = await startEngine()
  document = await readDocument(engine)
  operations = operationsOf(document)
  saleId = await engine.sale()
})

after(() => engine[Symbol.asyncDispose]())

test('it is an OpenAPI 3.1 document', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert(valid, JSON.stringify(errors))
  assert.equal(document.openapi, '3.1.0')
})

test('it may be kept for minutes, and says when it has not changed', async () => {
  const first = await engine.request('GET', '/openapi.json')
  assert.equal(first.headers.get('cache-control'), 'public, max-age=300')
  const headers = { 'if-none-match': first.headers.get('etag')! }
  const again = await engine.request('GET', '/openapi.json', { headers })
  assert.deepEqual([again.status, again.body], [304, ''])
})

test('every route is described, under a name of its own', () => {
  assert(operations.length > 40)
  const bare = operations.filter(({ summary, tags }) => summary === undefined || tags.length !== 1)
  assert.deepEqual(
    bare.map(({ name }) => name),
    [],
  )
  const tags = new Set(document.tags.map((tag: Json) => tag.name))
  for (const { name, tags: own } of operations) assert(tags.has(own[0]), name)
  const names = new Set(operations.map(({ operationId }) => operationId))
  assert.equal(names.size, operations.length)
})

test('docs/http-api.md names every route, and no other', () => {
  const url = new URL('../../docs/http-api.md', import.meta.url)
  const text = readFileSync(url, 'utf8').replace(/\s+/g, ' ')
  const told = [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (…?)(\/[^`?\s…]*)[`?\s]/g)]
  const isTold = ({ method, path }: Operation, [, verb, cut, end]: string[]) =>
    method === verb && (cut === '…' ? path.endsWith(end!) : path === end)
  const untold = operations.filter((one) => !told.some((words) => isTold(one, words)))
  const made = told.filter((words) => !operations.some((one) => isTold(one, words)))
  assert.deepEqual([untold.map(({ name }) => name), made.map(([words]) => words)], [[], []])
})

test('a method of a path that it does not name does not exist', async () => {
  const byPath = Map.groupBy(operations, ({ path }) => path)
  for (const [path, known] of byPath) {
    const methods = known.map(({ method }) => method)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (methods.includes(method)) continue
      const reply = await engine.request(method, pathOf(path), { credential: VIEWER })
      assert.equal(reply.body.code, 'method-not-allowed', `${method} ${path}`)
    }
  }
})

test('every refusal it names is one there is, under its own status', () => {
  const codes: Record<string, readonly [number, string]> = PROBLEMS
  for (const { name, answers } of operations)
    for (const { status, codes: own } of answers)
      for (const code of own) assert.equal(codes[code]?.[0], status, `${name} ${code}`)
})

const pathOf = (path: string) => path.replace('{saleId}', saleId).replaceAll(/\{\w+\}/g, '1')

test('every door that needs a credential is closed without one', async () => {
  for (const { name, method, path, credentials } of operations) {
    const reply = await engine.request(method, pathOf(path))
    assert.equal(reply.status === 401, credentials.length > 0, `${name}: ${reply.status}`)
  }
})

test('every door of operators is open for viewers who read, and closed to those who write', async () => {
  for (const { name, method, path, credentials } of operations) {
    if (!credentials.includes('admin-key') || path.endsWith('/events')) continue
    const reply = await engine.request(method, pathOf(path), { credential: VIEWER })
    if (method === 'GET') assert(![401, 403].includes(reply.status), name)
    else assert.deepEqual([reply.status, reply.body.code], [403, 'forbidden'], name)
  }
})

test('what is read without more is answered as it says', async () => {
  for (const { name, method, path } of operations) {
    if (method !== 'GET' || path.endsWith('/events')) continue
    const reply = await engine.request(method, pathOf(path), { credential: VIEWER })
    if (!path.startsWith('/assets/') && path !== '/')
      assert.equal(faultOf(document, { name, reply }), undefined)
  }
})

test('an attempt is answered as it says', async () => {
  const name = 'POST /api/sales/{saleId}/attempts'
  const [token] = await engine.tokens(saleId, ['1'])
  const replies = [
    await engine.attempt(saleId, token!),
    await engine.attempt(saleId, token!, { units: 1 }),
    await engine.attempt(saleId, token!, { units: 0 }),
    await engine.attempt(saleId, 'x'),
    await engine.attempt('999', token!),
    await engine.attempt(saleId, token!, { units: 'x'.repeat(2000) }),
  ]
  assert.deepEqual(
    replies.map(({ status }) => status),
    [202, 200, 400, 401, 404, 413],
  )
  for (const reply of replies) assert.equal(faultOf(document, { name, reply }), undefined)
})

test('a wrong answer would be found', async () => {
  const reply = await engine.request('GET', '/api/time')
  const name = 'GET /api/time'
  for (const wrong of [
    { ...reply, status: 418 },
    { ...reply, body: { ...reply.body, more: 1 } },
    { ...reply, headers: new Headers({ 'content-type': 'text/html' }) },
  ])
    assert.notEqual(faultOf(document, { name, reply: wrong }), undefined)
})
