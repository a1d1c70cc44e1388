// Bytes to JSON, strictly: UTF-8 and nothing else, no duplicate keys, no half surrogates. A body that
// is not quite what its sender meant is refused with what is wrong, never repaired.

import { parse } from 'lossless-json'

export class BodyError extends Error {}

export const parseJsonBody = (bytes: Uint8Array): unknown => {
  const body = parseStrictly(decode(bytes))
  checkText(body)
  return body
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BodyError('the body is not UTF-8')
  }
}

const parseStrictly = (text: string): unknown => {
  try {
    return parse(text, undefined, { parseNumber: Number, onDuplicateKey: refuseDuplicate })
  } catch (error) {
    if (error instanceof BodyError) throw error
    const reason = error instanceof SyntaxError ? error.message : 'nested too deeply'
    throw new BodyError(`the body is not JSON: ${reason.slice(0, 200)}`)
  }
}

const refuseDuplicate = ({ key }: { key: string }): never => {
  throw new BodyError(`the body names ${JSON.stringify(key.slice(0, 50))} twice`)
}

const checkText = (value: unknown): void => {
  if (typeof value === 'string' && !value.isWellFormed())
    throw new BodyError('the body holds half a character (a lone surrogate)')
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    checkText(key)
    checkText(inner)
  }
}

// Only JSON in UTF-8 is read; no type at all is taken for it.
export const isJsonType = (contentType: string | undefined): boolean =>
  contentType === undefined ||
  /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType)
