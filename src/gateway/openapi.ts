// The OpenAPI document: what every route says of itself, collected. Nothing is written here that a route
// knows; only what all have in common is: credentials, problem documents, names of operations.

import assert from 'node:assert/strict'
import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import { type ProblemCode, PROBLEMS, PUT_OFF, TROUBLE } from './answers.ts'
import type { App } from './server.ts'
import type { Credential } from './schemas/route.ts'

// Before the routes: only those that come later are seen.
export const describeRoutes = async (app: App): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Seckill', description: ABOUT, version: '' },
      tags: TAGS,
      components: { securitySchemes: CREDENTIALS },
    },
    transformObject: (of) => {
      assert('openapiObject' in of, 'it is OpenAPI that was asked for')
      finish(of.openapiObject as unknown as Document)
      return of.openapiObject
    },
  })
}

// Once all routes are there.
export const openapiDocument = (app: App, version: string): object => {
  const document = app.swagger() as unknown as Document
  return { ...document, info: { ...document.info, version } }
}

const ABOUT = 'A flash-sale engine that never sells what it does not have.'

const TAGS = [
  { name: 'public', description: 'For anybody' },
  { name: 'attempts', description: 'The attempt to buy' },
  { name: 'buyers', description: 'Accounts, sessions and entries into sales' },
  { name: 'orders', description: 'A buyer’s own orders and their payments' },
  { name: 'operators', description: 'For those who run sales' },
  { name: 'running', description: 'For what runs and watches the processes' },
]

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const

const CREDENTIALS = {
  'purchase-token': bearer('A purchase token: one buyer, one sale'),
  session: bearer('A session: one buyer'),
  'admin-key': bearer('An admin key, of a viewer for reading, of an operator for everything'),
  'webhook-signature': {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: 'Standard Webhooks, with webhook-id and webhook-timestamp',
  },
} as const satisfies Record<Credential, object>

// As much of a document as is changed here.
interface Document {
  info: { version: string }
  components: Record<string, Record<string, object>>
  paths: Record<string, Record<string, Operation>>
}

interface Operation {
  operationId?: string
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, Response | typeof TO_TROUBLE>
}

interface Response {
  description: string
  headers?: Record<string, object>
  content?: Record<string, { schema: JsonSchema }>
}

interface JsonSchema {
  type?: string | string[]
  properties?: Record<string, { enum?: string[] }>
  allOf?: object[]
  anyOf?: object[]
}

const finish = (document: Document) => {
  const { components } = document
  components.schemas = { ...components.schemas, Problem: PROBLEM, Trouble: TROUBLE_SCHEMA }
  components.responses = { Trouble: TROUBLE_RESPONSE }
  components.headers = HEADERS
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId = operationId(method, path)
      mayBeLeftOut(operation)
      finishAnswers(operation)
    }
}

// `post /api/admin/sales/{saleId}/pause` is postAdminSalesBySaleIdPause. The page of something has the path of its
// API without `/api`, and `/page` at its end here.
const operationId = (method: string, path: string): string => {
  const isPage = path.startsWith('/sales/')
  const words = (isPage ? path.replace(/\/?$/, (slash) => (slash ? '/page' : '/to-page')) : path)
    .replace(/^\/(api\/)?/, '')
    .replaceAll(/\{(\w)/g, (_, first: string) => `by-${first.toUpperCase()}`)
    .split(/[^A-Za-z0-9]+/)
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}

const mayBeLeftOut = ({ requestBody }: Operation) => {
  const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema)
  if (schemas.some(({ type }) => [type].flat().includes('null'))) requestBody!.required = false
}

// What the library says of an answer of which its route says nothing.
const UNSAID = 'Default Response'

const PROBLEM_TYPE = 'application/problem+json'

const finishAnswers = (operation: Operation) => {
  for (const [status, response] of Object.entries(operation.responses)) {
    if ('$ref' in response) continue
    if (response.description === UNSAID) response.description = STATUS_CODES[status]!
    const refusal = response.content?.[PROBLEM_TYPE]
    const codes = (refusal?.schema.properties!.code!.enum ?? []) as ProblemCode[]
    if (refusal) refusal.schema = refusalSchema(Number(status), codes)
    const sent = Object.keys(response.headers ?? {})
    response.headers = headersOf(Number(status), { codes, sent })
  }
  operation.responses.default = TO_TROUBLE
}

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457. `code` does not change; some codes bring members of their own.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string', description: 'what was wrong, for people' },
  },
}

const problemWith = (properties: object) => ({
  allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties }],
})

// Trouble may come under a status that the route has refusals of its own for.
const refusalSchema = (status: number, codes: ProblemCode[]) => {
  const own = problemWith({ status: { enum: [status] }, code: { enum: codes } })
  const isShared = TROUBLE.some((code) => PROBLEMS[code][0] === status && !codes.includes(code))
  return isShared ? { anyOf: [own, { $ref: '#/components/schemas/Trouble' }] } : own
}

const header = (description: string) => ({
  description,
  required: true,
  schema: { type: 'string' },
})

const HEADERS = {
  'X-Request-Id': header('what the log names this request by'),
  'Retry-After': header('whole seconds until it may be asked again'),
  'WWW-Authenticate': header('Bearer'),
  RateLimit: header('which limit was met, and for how many seconds'),
  'RateLimit-Policy': header('that limit'),
  'Cache-Control': header('how long it may be kept, and by whom'),
  ETag: header('of a page its content, of an operator’s sale its version'),
  Location: header('where it is'),
}

const headersOf = (status: number, of: { codes: ProblemCode[]; sent: string[] }) => {
  const { codes, sent } = of
  const putOff = codes.filter((code) => PUT_OFF.includes(code))
  const names: string[] = ['X-Request-Id', ...sent]
  if (status === 401) names.push('WWW-Authenticate')
  if (putOff.length > 0 && putOff.length === codes.length) names.push('Retry-After')
  if (codes.includes('rate-limited')) names.push('RateLimit', 'RateLimit-Policy')
  const always = names.map((name) => [name, { $ref: `#/components/headers/${name}` }])
  const isSometimes = putOff.length > 0 && putOff.length < codes.length
  const sometimes = { 'Retry-After': { ...HEADERS['Retry-After'], required: false } }
  return { ...Object.fromEntries(always), ...(isSometimes && sometimes) }
}

const TROUBLE_SCHEMA = problemWith({ code: { enum: TROUBLE } })

const TROUBLE_RESPONSE = {
  description: 'What any request may meet: it cannot be read, or something is wrong here',
  headers: headersOf(0, { codes: [...TROUBLE], sent: [] }),
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Trouble' } } },
}

const TO_TROUBLE = { $ref: '#/components/responses/Trouble' }
