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
  answers: Record<number, TSchema | NotJson> // the good ones
  refusals: ProblemCode[] // beside those that every route of its kind may give
}

export type Credential = 'purchase-token' | 'session' | 'admin-key' | 'webhook-signature'

// An answer that is no JSON: its type, or no body at all.
export type NotJson = { contentType: string | undefined; description: string }

// Fastify's schema of a route. Path parameters are not validated: an id that is none names nothing.
export const route = (terms: RouteTerms) => ({
  summary: terms.summary,
  tags: [terms.tag],
  security: terms.credentials.map((credential) => ({ [credential]: [] })),
  ...(terms.body && { body: terms.body }),
  ...(terms.query && { querystring: terms.query }),
  ...(terms.headers && { headers: terms.headers }),
  response: { ...goodAnswers(terms.answers), ...problemAnswers(refusalsOf(terms)) },
})

const goodAnswers = (answers: RouteTerms['answers']) =>
  Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, shown(answer)]))

const shown = (answer: TSchema | NotJson) => {
  if (!('contentType' in answer)) return answer
  const { contentType, description } = answer
  if (contentType === undefined) return { description, type: 'null' }
  return { description, content: { [contentType]: { schema: { type: 'string' } } } }
}

// What the kind of a route brings with it: whoever needs a credential may have a wrong one, whoever is
// read may be malformed.
const refusalsOf = ({ credentials, body, query, refusals }: RouteTerms): ProblemCode[] => [
  ...new Set<ProblemCode>([
    ...refusals,
    ...(credentials.length > 0 ? (['unauthorized'] as const) : []),
    ...(body || query ? (['malformed'] as const) : []),
    ...(body ? (['payload-too-large', 'unsupported-media-type'] as const) : []),
  ]),
]

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
