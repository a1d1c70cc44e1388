// Somebody who collects traces over real HTTP, and is strict about how they are written: what is no OTLP
// in JSON is refused, as a collector refuses it.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from './engine.ts'

export interface CollectedSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  links?: { traceId: string; spanId: string }[]
  startMs: number
  endMs: number
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
  failed: boolean
}

export interface Collector extends AsyncDisposable {
  url: string
  spans: CollectedSpan[]
  faults: string[] // of what came
  requests(): number
  answer(how: 'well' | 'badly' | 'never'): void // from now on
}

export const startCollector = async (): Promise<Collector> => {
  const spans: CollectedSpan[] = []
  const faults: string[] = []
  let requests = 0
  let how = 'well'
  const heard = async (request: IncomingMessage, response: ServerResponse) => {
    requests += 1
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (how === 'never') return
    if (how === 'badly') return void response.writeHead(503).end()
    try {
      assert.equal(request.method, 'POST')
      assert.equal(request.headers['content-type'], 'application/json')
      spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString())))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    } catch (error) {
      faults.push(String(error))
      response.writeHead(400).end()
    }
  }
  const server = createServer((request, response) => void heard(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    faults,
    requests: () => requests,
    answer: (next) => (how = next),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const spansOf = (body: Json): CollectedSpan[] => {
  assert.deepEqual(Object.keys(body), ['resourceSpans'])
  return body.resourceSpans.flatMap(({ resource, scopeSpans }: Json) =>
    scopeSpans.flatMap(({ scope, spans }: Json) => {
      assert.equal(scope.name, 'seckill')
      return spans.map((span: Json) => spanOf(span, attributesOf(resource.attributes)))
    }),
  )
}

const ID = { trace: /^(?!0{32})[0-9a-f]{32}$/, span: /^(?!0{16})[0-9a-f]{16}$/ }
const NANOS = /^[1-9][0-9]{18}$/

const spanOf = (span: Json, resource: Record<string, unknown>): CollectedSpan => {
  const { traceId, spanId, parentSpanId, name, links, status } = span
  for (const one of [{ traceId, spanId }, ...(links ?? [])]) {
    assert.match(one.traceId, ID.trace)
    assert.match(one.spanId, ID.span)
  }
  if (parentSpanId !== undefined) assert.match(parentSpanId, ID.span)
  assert.match(span.startTimeUnixNano, NANOS)
  assert.match(span.endTimeUnixNano, NANOS)
  assert(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano))
  assert.equal(span.kind, 1)
  assert(typeof name === 'string' && name !== '')
  return {
    name,
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    ...(links && { links }),
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: attributesOf(span.attributes),
    resource,
    failed: status?.code === 2,
  }
}

const attributesOf = (attributes: Json): Record<string, unknown> => {
  const entries = attributes.map(({ key, value }: Json) => {
    const [[kind, held] = [], ...more] = Object.entries(value as object) as [string, unknown][]
    assert.deepEqual(more, [])
    assert.equal(
      typeof held,
      kind === 'boolValue' ? 'boolean' : kind === 'doubleValue' ? 'number' : 'string',
    )
    return [key, held]
  })
  return Object.fromEntries(entries)
}
