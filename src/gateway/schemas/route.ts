// What a route says of itself, once: it validates what comes in, and it is all that the OpenAPI
// document is made of. Every answer a route may give is named here; a test asks for each of them.

import { type TSchema, Type } from '@sinclair/typebox'
import { type ProblemCode, PROBLEMS } from '../answers.ts'

export interface RouteTerms {
  summary: string
  tag: 'public' | 'attempts' | 'buyers' | 'orders' | 'operators' | 'running'
  credentials: Credential[] // any of them opens the door; none: anybody may come
  body?: TSchema
  query?: TSchema
  headers?: TSchema
  answers: Record<number, TSchema | NotJson | AlsoJson> // the good ones
  sends?: Record<number, AnswerHeader[]> // beside what every answer of its status brings
  refusals: ProblemCode[] // beside those that every route of its kind may give
  repeatable?: true // an operator's write that may always be sent again with its key
}

export type AnswerHeader = 'Cache-Control' | 'ETag' | 'Location'

export type Credential = 'purchase-token' | 'session' | 'admin-key' | 'webhook-signature'

// An answer that is no JSON: its type, or no body at all.
export type NotJson = { contentType: string | undefined; description: string }

// An answer that is JSON, or another type for those who ask for it.
export type AlsoJson = { json: TSchema; contentType: string; description: string }

export const NOT_MODIFIED: NotJson = { contentType: undefined, description: 'What you have is it' }

export const SENT_WITH_CACHEABLE: Record<number, AnswerHeader[]> = {
  200: ['Cache-Control', 'ETag'],
  304: ['Cache-Control', 'ETag'],
}

// Fastify's schema of a route. Path parameters are not validated: an id that is none names nothing.
export const route = (terms: RouteTerms) => ({
  summary: terms.summary,
  tags: [terms.tag],
  security: terms.credentials.map((credential) => ({ [credential]: [] })),
  ...(terms.body && { body: terms.body }),
  ...(terms.query && { querystring: terms.query }),
  ...headersOf(terms),
  response: { ...goodAnswers(terms), ...problemAnswers(refusalsOf(terms)) },
})

// What a viewer may not do is an operator's write: it may carry a key (idempotency-keys.ts).
const isOperatorsWrite = ({ refusals }: RouteTerms) => refusals.includes('forbidden')

const IDEMPOTENCY_KEY = { 'idempotency-key': Type.Optional(Type.String()) }

const headersOf = (terms: RouteTerms) => {
  const key = isOperatorsWrite(terms) ? IDEMPOTENCY_KEY : {}
  const properties = { ...(terms.headers?.properties as object | undefined), ...key }
  return Object.keys(properties).length === 0 ? {} : { headers: Type.Object(properties) }
}

const goodAnswers = ({ answers, sends = {} }: RouteTerms) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const headers = (sends[Number(status)] ?? []).map((name) => [name, {}])
      return [status, { ...shown(answer), headers: Object.fromEntries(headers) }]
    }),
  )

const shown = (answer: TSchema | NotJson | AlsoJson) => {
  if (!('contentType' in answer)) return answer
  const text = { schema: { type: 'string' } }
  if ('json' in answer) {
    const { json, contentType, description } = answer
    return { description, content: { 'application/json': { schema: json }, [contentType]: text } }
  }
  const { contentType, description } = answer
  if (contentType === undefined) return { description, type: 'null' }
  return { description, content: { [contentType]: text } }
}

// What the kind of a route brings with it: whoever needs a credential may have a wrong one, whoever is
// read may be malformed.
const refusalsOf = (terms: RouteTerms): ProblemCode[] => {
  const { credentials, body, query, refusals, repeatable } = terms
  const isWrite = isOperatorsWrite(terms)
  return [
    ...new Set<ProblemCode>([
      ...refusals,
      ...(isWrite ? (['idempotency-key-reused'] as const) : []),
      ...(isWrite && !repeatable ? (['idempotency-unknown'] as const) : []),
      ...(credentials.length > 0 ? (['unauthorized'] as const) : []),
      ...(credentials.includes('session') ? (['identity-unreachable'] as const) : []),
      ...(body || query || isWrite ? (['malformed'] as const) : []),
      ...(body ? (['payload-too-large', 'unsupported-media-type'] as const) : []),
    ]),
  ]
}

const problemAnswers = (codes: ProblemCode[]) => {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code][0])
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: same.map((code) => PROBLEMS[code][1]).join('; or: '),
        content: { 'application/problem+json': { schema: problemSchema(status, same) } },
      },
    ]),
  )
}

const problemSchema = (status: number, codes: ProblemCode[]) =>
  Type.Object({
    type: Type.String(),
    title: Type.String(),
    status: Type.Literal(status),
    code: Type.String({ enum: codes }),
    detail: Type.Optional(Type.String()),
  })
