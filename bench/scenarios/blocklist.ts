// A blocklist of a million entries in a gateway: what a look-up takes, from text to answer, what an entry takes
// of its memory, how long all take to be read from SQLite, and how long meanwhile nobody else has his turn.

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { blocklistCache } from '../../src/attempt/blocklist-cache.ts'
import { readAddress } from '../../src/domain/addresses.ts'
import { block, blockAll } from '../../src/flows/operators/block.ts'
import { clientAddresses } from '../../src/gateway/client-address.ts'
import { makeSqlite, type Sqlite } from '../../test/adapters/sqlite-setup.ts'
import { type Asking, BLOCKS, manyBlocks } from '../load/many-blocks.ts'
import type { Part, Sample, Scenario } from './scenario.ts'

const WHAT =
  'a blocklist of a million entries in a gateway: 40 % buyers, 40 % addresses, 20 % networks'

const LOOK_UP_NS_MAX = 1000
const ASKINGS = 50_000 // of each kind, hits and misses
const IMPORTED = 20_000 // entries that come through the flow, the others straight into the table
const AT_ONCE = 200

type Cache = ReturnType<typeof blocklistCache>

export const blocklist: Scenario = {
  scenario: 'blocklist',
  what: WHAT,
  connections: 0,
  pinned: false,
  byName: true,
  async measure({ pairs, seed }) {
    const { targets, askings } = manyBlocks({ seed, askings: ASKINGS })
    await using sqlite = await makeSqlite()
    const ports = { ...sqlite, clock: { ...sqlite.clock, pause: (ms: number) => sleep(ms) } }
    const imported = await watched(() => importAll(ports, targets.slice(0, IMPORTED)))
    await fill(ports, targets.slice(IMPORTED))
    const bytesBefore = process.memoryUsage().arrayBuffers
    const cache = blocklistCache(ports)
    const read = await watched(cache.follow)
    const bytes = process.memoryUsage().arrayBuffers - bytesBefore
    const again = await readAgain(ports, cache)
    return [
      ...askings.flatMap((asking) => lookUps(cache, asking, pairs)),
      ...askings.filter(({ kind }) => kind !== 'buyer').map((asking) => reading(asking, pairs)),
      ...askings
        .filter(({ kind }) => kind.startsWith('address'))
        .map((asking) => behind(asking, pairs)),
      figure('room', { what: 'typed arrays', unit: 'bytes an entry', values: [bytes / BLOCKS] }),
      figure('import', {
        what: `through the flow into SQLite, ${AT_ONCE} a call, with the audit log`,
        unit: 'entries/s',
        values: [(IMPORTED / imported.tookMs) * 1000],
      }),
      ...turns('import', imported),
      ...turns('read all', read),
      ...turns('read all again', again),
      figure('news while all is read again', {
        what: 'from a block to when it is in force, while the whole list is read again',
        unit: 'ms',
        values: [again.newsMs],
      }),
    ]
  },
}

const figure = (part: string, of: { what: string; unit: string; values: number[] }): Part => ({
  part,
  what: of.what,
  target: null,
  unit: of.unit,
  samples: of.values.map((value): Sample => ({ ratio: null, value, baseline: null })),
})

const turns = (part: string, { tookMs, turnMs }: { tookMs: number; turnMs: number }) => [
  figure(`${part}: time`, { what: `of a list of ${BLOCKS} entries`, unit: 'ms', values: [tookMs] }),
  figure(`${part}: longest turn`, {
    what: 'CPU time of the longest turn, in which nobody else was served',
    unit: 'ms',
    values: [turnMs],
  }),
]

// How long it takes, and the longest turn of the event loop, without what others took of the core.
const watched = async (work: () => Promise<unknown>) => {
  let turnMs = 0
  let lastUs = cpuUs()
  let over = false
  const look = () => {
    const nowUs = cpuUs()
    turnMs = Math.max(turnMs, (nowUs - lastUs) / 1000)
    lastUs = nowUs
    if (!over) setImmediate(look)
  }
  setImmediate(look)
  const startedMs = performance.now()
  await work()
  const tookMs = performance.now() - startedMs
  over = true
  return { tookMs, turnMs }
}

const words = { by: 'bench', reason: 'one of a million', untilMs: undefined }

const importAll = async (ports: Sqlite, targets: ReturnType<typeof manyBlocks>['targets']) => {
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    const some = targets.slice(at, at + AT_ONCE).map((target) => ({ ...target, ...words }))
    const { result } = await blockAll(ports, some)
    assert.equal(result, 'blocked')
  }
}

const INSERT = `
  insert into blocklist (kind, value, reason, by, created_at, version)
  values (?1, ?2, 'one of a million', 'bench', 0, (select max(version) + 1 from blocklist))
`

const fill = async ({ database }: Sqlite, targets: ReturnType<typeof manyBlocks>['targets']) => {
  const insert = database.change(INSERT)
  for (let at = 0; at < targets.length; at += 20_000)
    await database.write(() => {
      for (const { kind, value } of targets.slice(at, at + 20_000)) insert(kind, value)
    })
}

// Who was away for longer than lifted blocks are told of reads all again. In the middle of it somebody is
// blocked.
const readAgain = async (ports: Sqlite, cache: Cache) => {
  await ports.time.pass(3_600_000)
  const nowMs = ports.clock.nowMs()
  let newsMs = 0
  const news = async () => {
    await sleep(500)
    const startedMs = performance.now()
    await block(ports, { kind: 'buyer', value: '7', ...words })
    while (!cache.blocksBuyer('7', nowMs)) await new Promise(setImmediate)
    newsMs = performance.now() - startedMs
  }
  const told = news()
  const seen = await watched(cache.follow)
  await told
  return { ...seen, newsMs }
}

// Of this thread: what others take of the core is not in it.
const cpuUs = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

// Every text is a new one, as those that come with requests are.
const fresh = (texts: string[]) =>
  Array.from({ length: 4 }, () => texts.map((text) => Buffer.from(text).toString('latin1'))).flat()

const timed = (
  part: string,
  of: { what: string; rounds: number; texts: string[]; ask: Ask },
): Part => {
  const samples: Sample[] = []
  for (let round = -1; round < of.rounds; round += 1) {
    const texts = fresh(of.texts)
    const startedUs = cpuUs()
    let found = 0
    for (const text of texts) if (of.ask(text)) found += 1
    const value = ((cpuUs() - startedUs) * 1000) / texts.length
    assert(found === 0 || found === texts.length, `${part}: ${found} of ${texts.length}`)
    if (round >= 0) samples.push({ ratio: value / LOOK_UP_NS_MAX, value, baseline: null })
  }
  return { part, what: of.what, target: LOOK_UP_NS_MAX, bound: 'at-most', unit: 'ns', samples }
}

type Ask = (text: string) => boolean

const lookUps = (cache: Cache, { kind, hits, misses }: Asking, rounds: number): Part[] => {
  const blocks = kind === 'buyer' ? cache.blocksBuyer : cache.blocksAddress
  const ask = (text: string) => blocks(text, 0)
  const what = `from the text of ${kind === 'buyer' ? 'a buyer' : 'an address'} to the answer`
  return [
    timed(`${kind}, blocked`, { what, rounds, texts: hits, ask }),
    timed(`${kind}, not blocked`, { what, rounds, texts: misses, ask }),
  ]
}

// What of a look-up is reading the address.
const reading = ({ kind, misses }: Asking, rounds: number): Part =>
  timed(`${kind}, only read`, {
    what: 'the text of an address read, and nothing looked up',
    rounds,
    texts: misses,
    ask: (text) => readAddress(text) !== undefined,
  })

// What comes before, and is no part of the look-up: whose request it is, when a proxy says so.
const behind = ({ kind, misses }: Asking, rounds: number): Part => {
  const clientAddress = clientAddresses(['10.0.0.0/8'])
  const socket = { remoteAddress: '10.0.0.1' }
  const part = timed(`${kind}, behind a proxy`, {
    what: 'from a request to the text of its address, by X-Forwarded-For of a trusted proxy',
    rounds,
    texts: misses,
    ask(text) {
      const headers = { 'x-forwarded-for': text }
      return clientAddress({ socket, headers } as unknown as IncomingMessage) !== ''
    },
  })
  return { ...part, target: null, samples: part.samples.map((one) => ({ ...one, ratio: null })) }
}
