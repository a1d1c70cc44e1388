// What checks a request and what writes an answer are made from their schema when the first one comes. Made
// all at once, for every operation and status there is, they took a quarter of a start.

import ajvCompiler from '@fastify/ajv-compiler'
import serializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>
type Compilers = Required<NonNullable<SchemaController['compilersFactory']>>

// Fastify's own, but late.
export const lazySchemas = () => ({ compilersFactory: { buildValidator, buildSerializer } })

const validators = ajvCompiler()
const serializers = serializerSelector()

const buildValidator = ((...of: Parameters<typeof validators>) => {
  const compile = validators(...of)
  return (route: Parameters<typeof compile>[0]) => lazyCheck(() => compile(route) as Check)
}) as Compilers['buildValidator']

const buildSerializer: Compilers['buildSerializer'] = (...of) => {
  const compile = serializers(...of)
  return (route) => {
    let write: ReturnType<typeof compile> | undefined
    return (answer) => (write ??= compile(route))(answer)
  }
}

interface Check {
  (value: unknown): boolean
  errors?: unknown // of the last value
}

const lazyCheck = (compile: () => Check): Check => {
  let check: Check | undefined
  const late: Check = (value) => {
    check ??= compile()
    const isRight = check(value)
    late.errors = check.errors
    return isRight
  }
  return late
}
