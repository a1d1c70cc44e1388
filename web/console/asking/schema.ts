// What the server itself says that it takes: the schemas of the bodies of its operations, read once from its
// OpenAPI document. None of its ranges is written down here. Whoever cannot read it sends what was typed, and is
// told by the server.

import { useEffect, useState } from 'preact/hooks'

export interface Schema {
  type?: string | string[]
  enum?: string[]
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number // in characters, not in UTF-16 units
  maxLength?: number
  pattern?: string
  format?: string
  properties?: Record<string, Schema>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> }
}

// `operation` is its method and its path as the document has it: `post /api/admin/sales/{saleId}/clone`.
export const useBodySchema = (operation: string): Schema | undefined => {
  const [schema, setSchema] = useState<Schema>()
  useEffect(() => {
    let isLeft = false
    void bodySchema(operation).then((found) => {
      if (!isLeft) setSchema(found)
    })
    return () => {
      isLeft = true
    }
  }, [operation])
  return schema
}

const bodySchema = async (operation: string): Promise<Schema | undefined> => {
  const [method = '', path = ''] = operation.split(' ')
  document_ ??= readDocument()
  const found = (await document_)?.paths[path]?.[method]
  return found?.requestBody?.content['application/json']?.schema
}

let document_: Promise<Document | undefined> | undefined

// It is public, so no key is sent with it and whatever stands between may keep it.
const readDocument = async (): Promise<Document | undefined> => {
  try {
    const response = await fetch('/openapi.json', { credentials: 'omit' })
    if (response.ok) return (await response.json()) as Document
  } catch {
    // The next form asks again.
  }
  document_ = undefined
  return undefined
}

// Whether the server would take it, as far as the schema of the field says. What was not said is taken.
export const takes = (schema: Schema | undefined, value: unknown): boolean => {
  if (schema === undefined || value === undefined) return true
  if (typeof value === 'number') return takesNumber(schema, value)
  if (typeof value !== 'string') return true
  return schema.enum?.includes(value) ?? takesText(schema, value)
}

const takesNumber = ({ type, minimum = -Infinity, maximum = Infinity }: Schema, value: number) =>
  (type !== 'integer' || Number.isInteger(value)) && value >= minimum && value <= maximum

const takesText = (of: Schema, text: string) => {
  const { minLength = 0, maxLength = Infinity, pattern = '', format } = of
  const characters = Array.from(text).length
  if (characters < minLength || characters > maxLength) return false
  return new RegExp(pattern, 'u').test(text) && (format !== 'uri' || isAddress(text))
}

const isAddress = (text: string) => {
  try {
    return new URL(text).host !== ''
  } catch {
    return false
  }
}
