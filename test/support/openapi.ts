// The OpenAPI document, for tests that ask what it promises: its operations one by one, and whether an
// answer is as it says.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { isId } from '../../src/domain/ids.ts'
import type { Engine, Json, Reply } from './engine.ts'

export interface Operation {
  name: string // `GET /api/time`
  method: string
  path: string // `{saleId}` stands for a sale id
  operationId: string
  summary: string | undefined
  tags: string[]
  credentials: string[] // any of them opens the door; none: anybody may come
  answers: Answer[]
}

export interface Answer {
  status: number
  contentType: string | undefined // undefined: no body
  codes: string[] // of a refusal
}

const PROBLEM_TYPE = 'application/problem+json'

export const readDocument = async (engine: Pick<Engine, 'request'>): Promise<Json> =>
  (await engine.request('GET', '/openapi.json')).body

export const operationsOf = (document: Json): Operation[] =>
  Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operationId: operation.operationId,
      summary: operation.summary,
      tags: operation.tags ?? [],
      credentials: (operation.security ?? []).flatMap((one: object) => Object.keys(one)),
      answers: answersOf(operation),
    })),
  )

const answersOf = ({ responses }: Json): Answer[] =>
  Object.entries<Json>(responses).flatMap(([status, { content }]) =>
    status === 'default'
      ? []
      : Object.entries<Json>(content ?? { none: {} }).map(([contentType, { schema }]) => ({
          status: Number(status),
          contentType: contentType === 'none' ? undefined : contentType,
          codes: contentType === PROBLEM_TYPE ? codesOf(schema.anyOf?.[0] ?? schema) : [],
        })),
  )

// The codes of what any request may be answered.
export const troubleOf = (document: Json): string[] => codesOf(document.components.schemas.Trouble)

const codesOf = ({ allOf }: Json): string[] => allOf[1].properties.code.enum

// What is wrong with an answer to this operation; undefined when it is one that the document names.
export const faultOf = (document: Json, of: { name: string; reply: Reply }): string | undefined => {
  const { name, reply } = of
  const [method = '', path = ''] = name.split(' ')
  const { responses } = document.paths[path]?.[method.toLowerCase()] ?? {}
  if (responses === undefined) return `${name}: is not documented`
  const { headers, content } = resolve(document, responses[reply.status] ?? responses.default)
  const fault = headerFault(document, { headers, reply }) ?? bodyFault(document, { content, reply })
  return fault && `${name}: ${reply.status}: ${fault}`
}

const headerFault = (document: Json, { headers, reply }: { headers: Json; reply: Reply }) => {
  const missing = Object.entries<Json>(headers).find(([header, described]) => {
    return resolve(document, described).required && !reply.headers.has(header)
  })
  return missing && `${missing[0]} is missing`
}

const bodyFault = (document: Json, { content, reply }: { content: Json; reply: Reply }) => {
  if (content === undefined) return reply.body === '' ? undefined : 'there is a body'
  const contentType = reply.headers.get('content-type')?.split(';')[0] ?? ''
  const schema = (content[contentType] ?? content['*/*'])?.schema
  if (schema === undefined) return `it is not documented as ${contentType}`
  const validate = validatorOf(document, schema)
  return validate(reply.body) ? undefined : JSON.stringify([validate.errors, reply.body])
}

const resolve = (document: Json, described: Json): Json => {
  const name = described.$ref?.split('/') as string[] | undefined
  return name ? document[name[1]!][name[2]!][name[3]!] : described
}

const validators = new WeakMap<object, ValidateFunction>()

const validatorOf = (document: Json, schema: Json): ValidateFunction => {
  const known = validators.get(schema)
  if (known) return known
  const validate = ajv.compile({ ...schema, components: document.components })
  validators.set(schema, validate)
  return validate
}

// That the schemas are schemas is what the test of the document says.
const ajv = new Ajv2020({ strict: false, validateSchema: false, formats: { id: isId } })
formats.default(ajv)
