// Bytes to JSON, strictly: UTF-8 and nothing else, no duplicate keys, no half surrogates, no
// bottomless nesting, no number that is rounded to another one. A body that is not quite what its sender meant is refused with what is wrong,
// never repaired.

import { isSafeNumber, parse } from 'lossless-json'

export class BodyError extends Error {}

const DEPTH_MAX = 32

export const parseJsonBody = (bytes: Uint8Array): unknown => {
  const text = decode(bytes)
  const body = parseStrictly(text)
  checkText(body, 1)
  if (keysKept(body) !== keysWritten(text)) throw new BodyError('the body names a key twice')
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
    return parse(text, undefined, { parseNumber: exactly, onDuplicateKey: refuseDuplicate })
  } catch (error) {
    if (error instanceof BodyError) throw error
    const reason = error instanceof SyntaxError ? error.message : 'nested too deeply'
    throw new BodyError(`the body is not JSON: ${reason.slice(0, 200)}`)
  }
}

// What is almost a whole number is none.
const exactly = (text: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && !isSafeNumber(text))
    throw new BodyError(
      `the body holds a number that cannot be kept as it is: ${text.slice(0, 50)}`,
    )
  return value
}

const refuseDuplicate = ({ key }: { key: string }): never => {
  throw new BodyError(`the body names ${JSON.stringify(key.slice(0, 50))} twice`)
}

const checkText = (value: unknown, depth: number): void => {
  if (typeof value === 'string' && !value.isWellFormed())
    throw new BodyError('the body holds half a character (a lone surrogate)')
  if (typeof value !== 'object' || value === null) return
  if (depth > DEPTH_MAX) throw new BodyError('the body is nested too deeply')
  for (const [key, inner] of Object.entries(value)) {
    checkText(key, depth)
    checkText(inner, depth + 1)
  }
}

// The parser reports two equal keys only when their values differ. A good text has one colon a key
// outside its strings, so a key that is missing from the value was written twice.
const keysWritten = (text: string): number =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1

const keysKept = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value)
  return inner.reduce<number>(
    (sum, one) => sum + keysKept(one),
    Array.isArray(value) ? 0 : inner.length,
  )
}

// Only JSON in UTF-8 is read; no type at all is taken for it.
export const isJsonType = (contentType: string | undefined): boolean =>
  contentType === undefined ||
  /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType)
