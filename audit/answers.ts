// The clients' own log of answers: what buyers were really told, written down by those who asked.
// One JSON object a line, its keys are the fields of `Answer`; other keys are ignored. A line that
// is not an answer is refused with its number: an auditor that skips lines proves nothing.
//
// {"at":1800000000012,"sentAt":1800000000001,"saleId":"7","buyerId":"42","kind":"attempt",
//  "outcome":"accepted","orderId":"243501","units":1,"price":199900}

import { closeSync, openSync, readSync } from 'node:fs'

export interface Answer {
  at: number // epoch ms, by the client's clock, when the answer arrived (or was given up)
  sentAt: number // epoch ms, by the same clock, when the request left; never after `at`
  saleId: string // decimal, like every id
  buyerId: string
  kind: AnswerKind
  outcome: string // attempt: ATTEMPT_OUTCOMES; order: `ok` …; cancel: `cancelled`, `too-late` …
  orderId?: string | undefined // as answered; for `order` and `cancel` the order asked about
  units?: number | undefined // as answered
  price?: number | undefined // as answered, of one unit, in minor units
  status?: string | undefined // of the order, as answered; an `order` answered `ok` has one
}

// attempt: a try to buy · order: a look at an order · cancel: giving an order up
export const ANSWER_KINDS = ['attempt', 'order', 'cancel'] as const
export type AnswerKind = (typeof ANSWER_KINDS)[number]

// `no-answer`: none came, or none that could be read. It says nothing of what was decided.
export const ATTEMPT_OUTCOMES = [
  'malformed',
  'no-such-sale',
  'unauthorized',
  'blocked',
  'rate-limited',
  'challenge-required',
  'already-reserved',
  'not-started',
  'ended',
  'paused',
  'sold-out',
  'accepted',
  'busy',
  'rebuilding',
  'no-answer',
] as const

// What the auditor was given cannot be read: no verdict, neither good nor bad.
export class UnreadableInput extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UnreadableInput'
  }
}

// All answers of a log file (its path) or of a list, each checked, in the order written.
export function* readAnswers(source: string | Iterable<Answer>): Generator<Answer> {
  let number = 0
  if (typeof source !== 'string') {
    for (const answer of source) yield checked(answer, `answer ${(number += 1)}`)
    return
  }
  for (const line of linesOf(source)) {
    number += 1
    if (line.trim() !== '') yield checked(parsed(line), `${source} line ${number}`)
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const checked = (value: unknown, where: string): Answer => {
  const fault = faultOf(value)
  if (fault !== undefined) throw new UnreadableInput(`${where}: ${fault}`)
  return value as Answer
}

const OUTCOMES = new Set<unknown>(ATTEMPT_OUTCOMES)
const KINDS = new Set<unknown>(ANSWER_KINDS)
const NAMING = new Set<unknown>(['accepted', 'already-reserved'])

// Does this outcome of an attempt promise an order?
export const isPromise = (outcome: string): boolean => NAMING.has(outcome)

const faultOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'not a JSON object'
  const answer = value as Record<string, unknown>
  const { at, sentAt, saleId, buyerId, kind, outcome, orderId, units, price, status } = answer
  if (!isInstant(at)) return 'at is not epoch milliseconds'
  if (!isInstant(sentAt)) return 'sentAt is not epoch milliseconds'
  if (sentAt > at) return 'sentAt is after at'
  if (!isId(saleId)) return 'saleId is not a decimal string'
  if (!isId(buyerId)) return 'buyerId is not a decimal string'
  if (!KINDS.has(kind)) return 'kind is not attempt, order or cancel'
  if (typeof outcome !== 'string' || outcome === '') return 'outcome is not a word'
  if (kind === 'attempt' && !OUTCOMES.has(outcome)) return `no attempt is answered ${outcome}`
  if (orderId !== undefined && !isId(orderId)) return 'orderId is not a decimal string'
  const names = kind !== 'attempt' || NAMING.has(outcome)
  if (names && orderId === undefined) return `${String(kind)} ${outcome} names no orderId`
  if (kind === 'order' && outcome === 'ok' && status === undefined) return 'order ok has no status'
  if (status !== undefined && typeof status !== 'string') return 'status is not a word'
  if (units !== undefined && !Number.isSafeInteger(units)) return 'units is not a whole number'
  if (price !== undefined && !Number.isSafeInteger(price)) return 'price is not a whole number'
  return undefined
}

const INSTANT_MAX = 8_640_000_000_000_000 // the last one a date can spell

const isInstant = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= INSTANT_MAX

export const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[1-9][0-9]{0,18}$/.test(value)

const CHUNK_BYTES = 1 << 20

// In pieces, so that a log may be larger than the longest string.
function* linesOf(file: string): Generator<string> {
  const handle = opened(file)
  const decoder = new TextDecoder()
  const chunk = new Uint8Array(CHUNK_BYTES)
  let rest = ''
  try {
    for (
      let read = readChunk(handle, chunk, file);
      read > 0;
      read = readChunk(handle, chunk, file)
    ) {
      const lines = (rest + decoder.decode(chunk.subarray(0, read), { stream: true })).split('\n')
      rest = lines.pop()!
      yield* lines
    }
    if (rest !== '') yield rest
  } finally {
    closeSync(handle)
  }
}

const readChunk = (handle: number, chunk: Uint8Array, file: string): number => {
  try {
    return readSync(handle, chunk)
  } catch (cause) {
    throw new UnreadableInput(`${file} cannot be read as a log of answers`, cause)
  }
}

const opened = (file: string): number => {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    throw new UnreadableInput(`${file} cannot be opened as a log of answers`, cause)
  }
}
