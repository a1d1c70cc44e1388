// What two processes on one home database must not do to each other, and what the ports must hold when
// there is much.

import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import { mysqlBlocklist } from '../../src/adapters/mysql/blocklist.ts'
import { mysqlBuyerRecords } from '../../src/adapters/mysql/buyer-records.ts'
import { mysqlBuyers } from '../../src/adapters/mysql/buyers.ts'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlChanges } from '../../src/adapters/mysql/changes.ts'
import { mysqlIdempotency } from '../../src/adapters/mysql/idempotency.ts'
import { mysqlLeases } from '../../src/adapters/mysql/leases.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import type { Mysql, StoreDeps } from '../../src/adapters/mysql/mysql.ts'
import { auditLog, auditLogs } from '../../src/adapters/mysql/rows/audit-log.ts'
import { mysqlSessions } from '../../src/adapters/mysql/sessions.ts'
import { BLOCKS_MAX, type BlockTarget } from '../../src/domain/block.ts'
import { booksOf, createSale } from '../contracts/ledger-steps.ts'
import { AT_MS, orderIdOf, sampleMessage } from '../contracts/samples.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql, openOwn } from './mysql-setup.ts'

const portsOf = (deps: StoreDeps) => ({
  ...deps,
  auditLog: mysqlAuditLog(deps),
  blocklist: mysqlBlocklist(deps),
  buyerRecords: mysqlBuyerRecords(deps),
  buyers: mysqlBuyers(deps),
  catalog: mysqlCatalog(deps),
  changes: mysqlChanges(deps),
  idempotency: mysqlIdempotency(deps),
  leases: mysqlLeases(deps),
  ledger: mysqlLedger(deps),
  sessions: mysqlSessions(deps),
  [Symbol.asyncDispose]: async () => {},
})

// Two processes, opened once for this file.
let second: Mysql | undefined
after(() => second?.[Symbol.asyncDispose]())

const makeTwo = async () => {
  const { own, mysql, clock, time } = await emptyMysql()
  second ??= await openOwn(own)
  return { time, one: portsOf({ mysql, clock }), other: portsOf({ mysql: second, clock }) }
}

type Process = ReturnType<typeof portsOf>

// So many times by each, all at once.
const both = <Result>(
  { one, other }: { one: Process; other: Process },
  times: number,
  work: (ports: Process, name: string) => Promise<Result>,
): Promise<Result[]> =>
  Promise.all(
    Array.from({ length: times }, (_, at) => [
      work(one, `one ${at}`),
      work(other, `other ${at}`),
    ]).flat(),
  )

const by = { by: 'test', reason: 'because' }

const { skip } = needsMysql()

suite('two processes on one home database', { skip }, () => {
  test('news are read in the order of their numbers: a reader in between misses none', async () => {
    const two = await makeTwo()
    const start = await two.one.changes.end()
    let [cursor, seen] = [start, 0]
    const appended = both(two, 40, ({ changes }) => changes.append([{ kind: 'sale', saleId: '1' }]))
    const all = appended.then(() => true)
    for (let done = false; !done;) {
      done = await Promise.race([all, new Promise<false>((go) => setImmediate(go, false))])
      const news = await two.other.changes.readSince(cursor)
      assert.equal(news.missed, false)
      seen += news.changes.length
      cursor = news.cursor
    }
    assert.equal(seen, 80)
    assert.equal(Number(cursor) - Number(start), 80)
  })

  test('blocks are read in the order of their versions: a reader in between misses none', async () => {
    const two = await makeTwo()
    const read = new Map<string, number>()
    let version = 0
    const blocked = both(two, 20, ({ blocklist }, name) =>
      blocklist.block({ kind: 'buyer', value: name, untilMs: undefined, ...by }),
    )
    const all = blocked.then(() => true)
    for (let done = false; !done;) {
      done = await Promise.race([all, new Promise<false>((go) => setImmediate(go, false))])
      for (const entry of await two.other.blocklist.readSince({ version, limit: 100 })) {
        assert(entry.version > version)
        version = entry.version
        read.set(entry.value, version)
      }
    }
    assert.equal(read.size, 40)
  })

  test('blocks of one buyer at once are one block', async () => {
    const two = await makeTwo()
    const value = '7'
    const made = await both(two, 5, ({ blocklist }) =>
      blocklist.block({ kind: 'buyer', value, untilMs: undefined, ...by }),
    )
    const ids = made.map((one) => (one === 'full' ? one : one.block.blockId))
    assert.equal(new Set(ids).size, 1)
    assert.equal(made.filter((one) => one !== 'full' && !one.renewed).length, 1)
  })

  test('a lease has one holder, and a node id too', async () => {
    const two = await makeTwo()
    const held = await both(two, 10, ({ leases }, holder) =>
      leases.acquire({ name: 'keeper', holder, ttlMs: 1000 }),
    )
    assert.equal(held.filter(Boolean).length, 1)
    const nodes = await both(two, 8, ({ leases }, holder) =>
      leases.acquireNode({ holder, ttlMs: 1000 }),
    )
    const nodeIds = nodes.map((node) => node?.nodeId ?? -1).toSorted((a, b) => a - b)
    assert.deepEqual(
      nodeIds,
      Array.from({ length: 16 }, (_, at) => at),
    )
  })

  test('node ids that have rested are given once each', async () => {
    const two = await makeTwo()
    const take = (times: number) =>
      both(two, times, ({ leases }, holder) => leases.acquireNode({ holder, ttlMs: 1000 }))
    await take(4)
    await two.time.pass(2000)
    const again = (await take(6)).map((node) => node!.nodeId).toSorted((a, b) => a - b)
    assert.deepEqual(
      again,
      Array.from({ length: 12 }, (_, at) => at),
    )
  })

  test('a name and a subject make one buyer, a key one request', async () => {
    const two = await makeTwo()
    const made = await both(two, 10, ({ buyers }) =>
      buyers.createAccount({ name: 'ann', passwordHash: 'x' }),
    )
    assert.equal(made.filter((buyerId) => buyerId !== undefined).length, 1)
    const ids = await both(two, 10, ({ buyers }) => buyers.idOfSubject('ann'))
    assert.equal(new Set(ids).size, 1)
    const begun = await both(two, 10, ({ idempotency }) =>
      idempotency.begin({ operator: 'ada', key: 'k', fingerprint: 'f' }),
    )
    assert.equal(begun.filter(({ result }) => result === 'begun').length, 1)
  })

  test('subjects are compared byte by byte, spaces included', async () => {
    const { one } = await makeTwo()
    const subjects = ['ann', 'ann ', 'Ann', 'ann\t', 'änn', '安😀']
    const ids = await Promise.all(subjects.map((subject) => one.buyers.idOfSubject(subject)))
    assert.equal(new Set(ids).size, subjects.length)
    const record = await one.buyerRecords.read(ids.at(-1)!)
    assert.equal(record?.account?.subject, '安😀')
  })

  test('a buyer who is erased while he signs in has no session', async () => {
    const two = await makeTwo()
    for (let round = 0; round < 10; round += 1) {
      const buyerId = (await two.one.buyers.createAccount({ name: `${round}`, passwordHash: 'x' }))!
      const session = { buyerId, createdAtMs: AT_MS, expiresAtMs: AT_MS + 1000 }
      const opening = [1, 2, 3].map((n) =>
        two.other.sessions.open({ ...session, sessionId: `${buyerId} ${n}` }),
      )
      const erased = await two.one.buyerRecords.erase({ buyerId, ...by })
      await Promise.all(opening)
      assert.equal(erased.result, 'erased')
      assert.equal((await two.one.buyerRecords.read(buyerId))?.counts.sessions, 0)
    }
  })

  test('edits and the first order of a sale come one after the other: the books add up', async () => {
    const two = await makeTwo()
    for (let round = 0; round < 10; round += 1) {
      const startsAtMs = AT_MS + 3_600_000
      const saleId = await createSale(two.one, {
        stock: 5,
        startsAtMs,
        endsAtMs: startsAtMs + 1000,
      })
      const message = sampleMessage({
        buyerId: '1',
        saleId,
        orderId: orderIdOf('1', round),
        epoch: 0,
      })
      const edit = ({ catalog }: Process, stock: number) =>
        catalog.editSale({ saleId, version: 1, set: { stock }, ...by })
      const [decided, ...edits] = await Promise.all([
        two.one.ledger.decide([message]),
        edit(two.one, 8),
        edit(two.other, 9),
      ])
      const { total, available, live } = await booksOf(two.one, saleId)
      const made = edits.filter(({ result }) => result === 'edited')
      assert(made.length <= 1)
      assert.equal(total === 5, made.length === 0)
      assert.equal(live, decided[0]!.decision === 'recorded' ? 1 : 0)
      assert.equal(available, total - live)
    }
  })
})

suite('a home database in which there is much', { skip }, () => {
  test('the newest 10,000 news are kept, and who needs older ones is told', async () => {
    const { one } = await makeTwo()
    const news = (count: number) => Array(count).fill({ kind: 'sale', saleId: '1' })
    const start = await one.changes.end()
    await one.changes.append(news(10_000))
    const all = await one.changes.readSince(start)
    assert.deepEqual([all.missed, all.changes.length], [false, 10_000])
    await one.changes.append(news(1))
    assert.equal((await one.changes.readSince(start)).missed, true)
    const next = await one.changes.readSince(String(Number(start) + 1))
    assert.deepEqual([next.missed, next.changes.length], [false, 10_000])
  })

  test('audit logs of all databases are one list, newest first, page by page', async () => {
    const { one, time } = await makeTwo()
    const { databases } = one.mysql
    for (let n = 0; n < 12; n += 1) {
      const database = databases[n % 3 === 0 ? 1 : 0]!
      const entry = { change: 'test', subject: `${n % 2}`, ...by, details: { n } }
      await database.write((transaction) => auditLog({ database, ...one })(transaction, entry))
      if (n % 4 === 3) await time.pass(1)
    }
    const pages: number[] = []
    for (let before: string | undefined; ;) {
      const page = await one.auditLog.list({ limit: 5, before })
      if (page.length === 0) break
      pages.push(...page.map(({ details }) => (details as { n: number }).n))
      before = page.at(-1)!.auditId
    }
    const instants = pages.map((n) => Math.floor(n / 4))
    assert.deepEqual(instants, [2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0])
    assert.equal(new Set(pages).size, 12)
    assert.equal((await one.auditLog.list({ limit: 50, subject: '1' })).length, 6)
  })

  test('entries whose id another process has taken are all written, each once', async () => {
    const { one } = await makeTwo()
    const { home } = one.mysql
    const entry = (n: number) => ({ change: 'test', subject: `${n}`, ...by, details: {} })
    const write = (entries: number[]) =>
      home.write((transaction) =>
        auditLogs({ database: home, ...one })(transaction, entries.map(entry)),
      )
    await write([1])
    // The next ids of this process are one more and two more, as long as the millisecond lasts.
    const taken = `
      insert into audit_log (audit_id, at, made_by, change_name, subject, reason, details)
      select max(audit_id) + 2, 0, 'another', 'test', 'taken', '', '{}'
      from audit_log
    `
    await home.change(taken)
    await write([2, 3])
    const logged = await one.auditLog.list({ limit: 10 })
    const subjects = logged.map(({ subject }) => subject)
    assert.deepEqual(subjects.toSorted(), ['1', '2', '3', 'taken'])
  })

  test('a full blocklist takes no more of that kind, but renews and lifts what is there', async () => {
    const { one } = await makeTwo()
    const list = mysqlBlocklist(one, { ...BLOCKS_MAX, cidr: 2000 })
    const block = (of: BlockTarget) => ({ ...of, untilMs: undefined, ...by })
    const all = Array.from({ length: 2000 }, (_, at) => block(network(at)))
    for (const some of [all.slice(0, 1000), all.slice(1000)])
      assert.notEqual(await list.blockAll(some), 'full')
    const another = block(network(2000))
    assert.equal(await list.block(another), 'full')
    assert.equal(await list.blockAll([all[7]!, another]), 'full')
    assert.notEqual(await list.block(all[7]!), 'full')
    assert.notEqual(await list.block(block({ kind: 'buyer', value: '5' })), 'full')
    assert.equal(await list.lift({ target: network(7), ...by }), true)
  })
})

const network = (at: number): BlockTarget => ({ kind: 'cidr', value: `network ${at}` })
