// How each answer of each script comes about: by its script, by its word in the script's header.

import { attempt, decide, preheat } from '../contracts/stock-steps.ts'
import type { Desk } from './redis-desk.ts'
import { HOME } from './redis-setup.ts'

// One segment, of the tests' home database.
export const ONE = `1@${HOME}`

type Case = (desk: Desk) => Promise<unknown> // the reply that has the answer

const HOUR_MS = 3_600_000

const COPY = (version: number, { restocked = 0, startsInMs = -1000 } = {}) => {
  const startsAtMs = Date.now() + startsInMs
  return [version, 9900, 'CNY', startsAtMs, startsAtMs + HOUR_MS, 0, 0, restocked]
}

// A sale of ten units that is open, unless said otherwise; buyer 1 has order 11, buyer 2 nothing.
const sold = async (desk: Desk, set: Parameters<typeof preheat>[1] = { total: 10 }) => {
  await preheat(desk, set)
  await decide(desk, { attempts: [attempt('1', { orderId: '11' })] })
}

const begun = (desk: Desk) => desk.run('begin', [1, desk.layout.strategy, ONE])

const reserved = (desk: Desk, units = 1) =>
  desk.run('reserve', [ONE, '1', '2', '12:1', `13:${units}`])

const refused =
  (set: Partial<Parameters<typeof preheat>[1]>): Case =>
  async (desk) => {
    await preheat(desk, { total: 1, ...set })
    return reserved(desk)
  }

const first: Record<string, Record<string, Case>> = {
  admit: {
    admitted: (desk) => desk.run('admit', [1000, '1:1', 3]),
    'the milliseconds to wait': (desk) => desk.run('admit', [1000, '1:1', 1, '1:1', 1]),
  },
  apply: {
    async applied(desk) {
      await sold(desk)
      return desk.run('apply', [1, ONE, 0, ...COPY(2)])
    },
    async current(desk) {
      await sold(desk)
      return desk.run('apply', [1, ONE, 0, ...COPY(1)])
    },
    rebuilding: (desk) => desk.run('apply', [1, ONE, 0, ...COPY(2)]),
    async partly(desk) {
      await begun(desk)
      await desk.run('begin', [2, 'tokens', ONE])
      await desk.run('open', [2, ONE, 0, 0, ...COPY(1)])
      return desk.run('apply', [2, ONE, 0, ...COPY(2, { restocked: 6000 })])
    },
  },
  begin: {
    begun,
    async superseded(desk) {
      await begun(desk)
      return desk.run('begin', [0, 'counter', ONE])
    },
  },
  done: {
    async done(desk) {
      await sold(desk)
      return desk.run('done', [ONE, 1, 0, 1])
    },
    rebuilding: (desk) => desk.run('done', [ONE, 1, 0, 1]),
  },
  give: {
    async given(desk) {
      await sold(desk)
      return desk.run('give', [ONE, 1, 0, 1, 5])
    },
    async rebuilding(desk) {
      await sold(desk)
      return desk.run('give', [ONE, 1, 0, 2, 5]) // the first has not come yet
    },
  },
  hear: {
    async 'the figures'(desk) {
      await desk.run('tell', ['gateway 1', '{}'])
      return desk.run('hear', [3, 60])
    },
  },
  load: {
    async loaded(desk) {
      await begun(desk)
      return desk.run('load', [1, ONE, '1', '11:2'])
    },
    rebuilding: (desk) => desk.run('load', [1, ONE, '1', '11:2']),
  },
  load_tokens: {
    async loaded(desk) {
      await desk.run('begin', [1, 'tokens', ONE])
      return desk.run('load_tokens', [1, ONE, 1, 10])
    },
    async rebuilding(desk) {
      await desk.run('begin', [1, 'tokens', ONE])
      return desk.run('load_tokens', [1, ONE, 11, 20]) // 1 to 10 are missing
    },
  },
  open: {
    async open(desk) {
      await begun(desk)
      return desk.run('open', [1, ONE, 10, 0, ...COPY(1)])
    },
    async rebuilding(desk) {
      await begun(desk)
      return desk.run('open', [1, ONE, 10, 1, ...COPY(1)]) // nobody was loaded
    },
  },
  probe: { ready: (desk) => desk.run('probe', []) },
}

const second: Record<string, Record<string, Case>> = {
  read: {
    absent: (desk) => desk.run('read', [ONE]),
    async loading(desk) {
      await begun(desk)
      return desk.run('read', [ONE])
    },
    async open(desk) {
      await sold(desk)
      return desk.run('read', [ONE])
    },
  },
  read_buyers: {
    async nothing(desk) {
      await sold(desk)
      return desk.run('read_buyers', [ONE, '2'])
    },
    async 'in-transit'(desk) {
      await sold(desk)
      return desk.run('read_buyers', [ONE, '1'])
    },
    async recorded(desk) {
      await sold(desk)
      await desk.run('record', [ONE, '1', '11'])
      return desk.run('read_buyers', [ONE, '1'])
    },
    rebuilding: (desk) => desk.run('read_buyers', [ONE, '1']),
  },
  read_layout: {
    '0': (desk) => desk.run('read_layout', []),
    async 'the layout'(desk) {
      await begun(desk)
      return desk.run('read_layout', [])
    },
  },
  record: {
    async recorded(desk) {
      await sold(desk)
      return desk.run('record', [ONE, '1', '11'])
    },
    async 'not-held'(desk) {
      await sold(desk)
      return desk.run('record', [ONE, '1', '12'])
    },
    rebuilding: (desk) => desk.run('record', [ONE, '1', '11']),
  },
  release: {
    async released(desk) {
      await sold(desk)
      return desk.run('release', [ONE, '1', '11', 1])
    },
    async 'not-held'(desk) {
      await sold(desk)
      return desk.run('release', [ONE, '1', '12', 1])
    },
    async rebuilding(desk) {
      await sold(desk)
      return desk.run('release', [ONE, '1', '11', 2])
    },
  },
  reserve: {
    decided: refused({}),
    taken: refused({}),
    'sold-out': refused({}), // the second of two, of one unit
    'not-started': refused({ startsAtMs: Date.now() + HOUR_MS }),
    ended: refused({ closed: true }),
    paused: refused({ paused: true }),
    async 'already-reserved'(desk) {
      await sold(desk)
      return reserved(desk)
    },
    async 'in-transit'(desk) {
      await sold(desk)
      return reserved(desk)
    },
    async recorded(desk) {
      await sold(desk)
      await desk.run('record', [ONE, '1', '11'])
      return reserved(desk)
    },
    async rebuilding(desk) {
      await begun(desk)
      return reserved(desk)
    },
  },
  scan: {
    async scanned(desk) {
      await sold(desk)
      return desk.run('scan', [ONE, 'held', '0', 10])
    },
    async 'in-transit'(desk) {
      await sold(desk)
      return desk.run('scan', [ONE, 'in-transit', '0', 10])
    },
    async recorded(desk) {
      await sold(desk)
      await desk.run('record', [ONE, '1', '11'])
      return desk.run('scan', [ONE, 'held', '0', 10])
    },
    rebuilding: (desk) => desk.run('scan', [ONE, 'held', '0', 10]),
  },
  take: {
    async taken(desk) {
      await sold(desk)
      return desk.run('take', [ONE, 0, 1])
    },
    async nothing(desk) {
      await sold(desk, { total: 1 })
      return desk.run('take', [ONE, 0, 1])
    },
    rebuilding: (desk) => desk.run('take', [ONE, 0, 1]),
  },
  tell: { told: (desk) => desk.run('tell', ['gateway 1', '{}']) },
}

export const CASES = { ...first, ...second }
