// What all checks of an attempt take together, beside the token: the real list with its real parts, asked
// with texts that are new each time, as those that come with requests are. The sale is sold out, so that an
// attempt passes every check and is refused by the last. What one check takes is what all take, less what
// they take when it is left out.

import assert from 'node:assert/strict'
import {
  type AttemptRequest,
  type CheckDeps,
  type Checks,
  checks,
} from '../../src/attempt/checks.ts'
import { type CheckParts, checkParts } from '../load/check-parts.ts'
import { type Bench, buyersOf, type Part, type Sample, type Scenario } from './scenario.ts'

const BUYERS = 150_000 // each asks once in a turn: a million attempts in seven turns
const PER_SECOND = 10_000 // so each asks four times in the minute in which attempts are counted
const TARGET_NS = 2000

const ALL = 'all beside the token'
const WHAT = 'checks of an attempt, each with its real part and something in it: processor time'

export const allChecks: Scenario = {
  scenario: 'checks',
  what: WHAT,
  connections: 0,
  pinned: false,
  async measure(bench) {
    const buyers = buyersOf(bench, { use: 0, count: BUYERS / bench.shrink })
    await using parts = await checkParts(buyers)
    const took = measureInTurns(bench, parts)
    const all = took.get(ALL)!
    const withToken = [...took].filter(([name]) => name.startsWith('all, '))
    const without = [...took].filter(([name]) => name.startsWith('without '))
    return [
      partOf(ALL, { what: `all ${WHAT}`, target: TARGET_NS, ns: all }),
      ...withToken.map(([name, ns]) => partOf(name, { what: `all ${WHAT}`, target: null, ns })),
      ...without.map(([name, ns]) =>
        partOf(name.replace('without ', 'only '), {
          what: `all beside the token, less all ${name}`,
          target: null,
          ns: ns.map((one, turn) => all[turn]! - one),
        }),
      ),
    ]
  },
}

const partOf = (part: string, of: { what: string; target: number | null; ns: number[] }): Part => ({
  part,
  what: of.what,
  target: of.target,
  bound: 'at-most',
  unit: 'ns an attempt',
  samples: of.ns.map((value): Sample => {
    return { ratio: of.target && value / of.target, value, baseline: null }
  }),
})

interface List {
  name: string
  check: Checks
  ids: string[] | undefined // that come in the place of tokens
  ns: number[]
}

// Nanoseconds an attempt, by turns: in each of them every list has its turn.
const measureInTurns = (bench: Bench, parts: CheckParts): Map<string, number[]> => {
  const lists = listsOf(parts)
  const turnMs = (parts.buyerIds.length / PER_SECOND) * 1000
  for (let turn = -1; turn < bench.pairs; turn += 1)
    for (const { check, ids, ns } of lists) {
      const attempts = parts.attempts()
      if (ids) attempts.forEach((attempt, at) => (attempt.token = ids[at]))
      const took = time(check, { attempts, fromMs: parts.nowMs + (turn + 1) * turnMs })
      if (turn >= 0) ns.push(took)
    }
  return new Map(lists.map(({ name, ns }) => [name, ns]))
}

const listsOf = (parts: CheckParts): List[] => {
  const { saleId, buyerIds: ids } = parts
  const list = (name: string, deps: CheckDeps): List => {
    return { name, check: checks(deps), ids: undefined, ns: [] }
  }
  const verify = (buyerId: string) => ({ saleId, buyerId, isNew: false })
  const beside = (name: string, leftOut: Partial<CheckDeps>): List => {
    const tokens = { verify, isForged: () => false }
    return { ...list(name, { ...parts.deps({ remembers: false }), tokens, ...leftOut }), ids }
  }
  const sale = parts.deps({ remembers: false }).sales.get(saleId)
  return [
    beside(ALL, {}),
    list('all, token remembered', parts.deps({ remembers: true })),
    list('all, token new', parts.deps({ remembers: false })),
    beside('without sale cache', { sales: { get: () => sale } }),
    beside('without blocklist', {
      blocklist: { blocksAddress: () => false, blocksBuyer: () => false },
    }),
    beside('without buyer records', {
      records: { of: () => ({ attempts: [], decided: [] }) },
    }),
    beside('without challenge', { challenge: { attemptNeeds: () => false } }),
    beside('without sold-out memory', { memory: { recall: () => 'sold-out' } }),
  ]
}

// Of this thread: what others take of the core is not in it.
const cpuUs = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

const time = (check: Checks, of: { attempts: AttemptRequest[]; fromMs: number }): number => {
  const { attempts, fromMs } = of
  let soldOut = 0
  const startedUs = cpuUs()
  for (const [at, attempt] of attempts.entries()) {
    const checked = check(attempt, fromMs + (at / PER_SECOND) * 1000)
    if ('outcome' in checked && checked.outcome === 'sold-out') soldOut += 1
  }
  const tookUs = cpuUs() - startedUs
  assert.equal(soldOut, attempts.length, 'every attempt passes all checks but the last')
  return (tookUs * 1000) / attempts.length
}
