// Asks a server very many odd things at once and notes what was answered. Each request is drawn from the
// seed and its own number alone, so that it is the same one however the others went.

import { chance } from '../../simulation/chance.ts'
import type { Client } from '../../support/engine.ts'
import { readDocument } from '../../support/openapi.ts'
import { fuzzBytes } from './bytes.ts'
import { type Fixtures, fixtures } from './fixtures.ts'
import { answerFault } from './oracle.ts'
import { type FuzzOperation, fuzzOperations, type FuzzRequest, fuzzRequest } from './requests.ts'
import { dial, type Heard, isLast, type Line, shout } from './wire.ts'

export interface FuzzOptions {
  url: string // what is asked
  client: Client // who makes what there must be, in front of whatever limits there are
  count: number
  seed: number
  quarter: () => Promise<void> // called when so much of it is done
  mayHangUp?: boolean // between two answers, without saying so before: a proxy may, and is asked once more
}

export interface FuzzReport {
  asked: number
  answers: Map<number, number> // by status
  codes: Map<string, number> // of refusals
  operations: number
  reached: Set<string> // operations that did their work at least once
  slowestMs: number
  faults: string[]
}

const ROUND = 2000 // requests with one set of fixtures
const LANES = 6
const AT_ONCE = 8 // requests in one go on one connection
const FAULTS_MAX = 20

export const fuzz = async (options: FuzzOptions): Promise<FuzzReport> => {
  const { client, count, quarter } = options
  const operations = fuzzOperations(await readDocument(client))
  const report: FuzzReport = {
    asked: 0,
    answers: new Map(),
    codes: new Map(),
    operations: operations.length,
    reached: new Set(),
    slowestMs: 0,
    faults: [],
  }
  for (let from = 0; from < count && report.faults.length < FAULTS_MAX; from += ROUND) {
    if (from <= count / 4 && from + ROUND > count / 4) await quarter()
    const of = { ...options, operations, report, fixtures: await fixtures(client) }
    const numbers = Array.from({ length: Math.min(ROUND, count - from) }, (_, at) => from + at)
    const odd = numbers.filter((number) => number % 2 === 1)
    const even = numbers.filter((number) => number % 2 === 0)
    await Promise.all([...lanes(() => askAll(of, even)), ...lanes(() => shoutAll(of, odd))])
  }
  return report
}

const lanes = (lane: () => Promise<void>) => Array.from({ length: LANES }, lane)

interface Round extends FuzzOptions {
  operations: FuzzOperation[]
  fixtures: Fixtures
  report: FuzzReport
}

const drawn = ({ seed }: Round, number: number) =>
  chance(Math.imul(seed, 0x85ebca6b) ^ Math.imul(number + 1, 0x9e3779b1))

// Requests that are HTTP, each of which has its answer, in turn.
const askAll = async (round: Round, numbers: number[]): Promise<void> => {
  let line: Line | undefined
  const askedAgain = new Set<number>()
  while (numbers.length > 0) {
    const taken = numbers.splice(0, AT_ONCE)
    const requests = taken.map((number) => structured(round, number))
    line = line?.isOpen() ? line : await dial(round.url, taken[0]!)
    const startedMs = performance.now()
    const { heard, closed, fault } = await line.say(
      Buffer.concat(requests.map(({ bytes }) => bytes)),
      { answers: requests.length, isHead: (nth) => requests[nth]!.isHead },
    )
    round.report.slowestMs = Math.max(round.report.slowestMs, performance.now() - startedMs)
    heard.forEach((one, at) => note(round, { number: taken[at]!, of: requests[at]!, heard: one }))
    const unheard = requests.slice(heard.length)
    const next = { number: taken[heard.length] ?? taken[0]!, of: together(unheard) }
    if (fault !== undefined) complain(round, { ...next, fault })
    const last = heard.at(-1)
    const ends = isLast(last)
    const hasHungUp = closed && !ends && fault === undefined
    const isOnceMore = hasHungUp && round.mayHangUp === true && !askedAgain.has(next.number)
    if (hasHungUp && !isOnceMore)
      complain(round, { ...next, fault: 'hung up without a word', heard: last })
    if (isOnceMore) askedAgain.add(next.number)
    if (fault === undefined && (ends || isOnceMore)) numbers.unshift(...taken.slice(heard.length)) // not heard
    if (ends || fault !== undefined) line.hangUp()
  }
  line?.hangUp()
}

// Any of them may have been the one.
const together = (requests: FuzzRequest[]): FuzzRequest => ({
  operation: requests.map(({ operation }) => operation).join(),
  isHead: false,
  bytes: Buffer.concat(requests.map(({ bytes }) => bytes.subarray(0, 200))),
})

// Some are exactly as they should be, so that what is behind the door is reached as well.
const structured = (round: Round, number: number): FuzzRequest => {
  const draws = drawn(round, number)
  const first = draws.pick(round.operations)
  const operation = isSlow(first) && draws.happens(0.7) ? draws.pick(round.operations) : first
  const isRight = draws.happens(0.25)
  return fuzzRequest(operation, { chance: draws, from: round.fixtures, isRight })
}

// What hashes a password takes as long as a hundred others, and is meant to.
const isSlow = ({ name }: FuzzOperation) => /^POST \/api\/(buyers|sessions)$/.test(name)

// Bytes of any kind, on a connection of their own; nobody knows how many answers they are worth.
const shoutAll = async (round: Round, numbers: number[]): Promise<void> => {
  for (let number; (number = numbers.shift()) !== undefined;) {
    const draws = drawn(round, number)
    const operation = draws.pick(round.operations.filter(isForBytes))
    const right = fuzzRequest(operation, { chance: draws, from: round.fixtures, isRight: true })
    const bytes = fuzzBytes(right.bytes, draws)
    const of = { operation: 'bytes', isHead: false, bytes }
    const { heard, fault } = await shout(round.url, { bytes, nth: number })
    for (const one of heard) note(round, { number, of, heard: one })
    if (heard.length === 0) round.report.asked += 1
    if (fault !== undefined) complain(round, { number, of, fault })
  }
}

// No streams, which do not end; and nothing that could make of a broken word an address to call.
const isForBytes = ({ path }: FuzzOperation) => !/events$|webhook-endpoints/.test(path)

const note = (round: Round, of: { number: number; of: FuzzRequest; heard: Heard }) => {
  const { heard, of: request } = of
  const { answers, codes, reached } = round.report
  round.report.asked += 1
  answers.set(heard.status, (answers.get(heard.status) ?? 0) + 1)
  if (heard.status < 400) reached.add(request.operation)
  const code = /"code":"([\w-]+)"/.exec(heard.body)?.[1]
  if (heard.status >= 400 && code) codes.set(code, (codes.get(code) ?? 0) + 1)
  const fault = answerFault(heard, request.isHead)
  if (fault !== undefined) complain(round, { ...of, fault })
}

const SHOWN = 1000

const complain = (
  { report }: Round,
  of: { number: number; of: FuzzRequest | undefined; fault: string; heard?: Heard | undefined },
) => {
  const said = JSON.stringify(of.of?.bytes.toString('latin1').slice(0, SHOWN))
  const heard = of.heard ? `\n  heard ${JSON.stringify(of.heard).slice(0, SHOWN)}` : ''
  report.faults.push(`${of.number} ${of.of?.operation}: ${of.fault}\n  said ${said}${heard}`)
}
