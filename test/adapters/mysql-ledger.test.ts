// The ledger's contract on MySQL, and what only a ledger that several processes share can do wrong.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlIdempotency } from '../../src/adapters/mysql/idempotency.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { Decided } from '../../src/ports/ledger.ts'
import { until } from '../contracts/contract.ts'
import { idempotencyContract } from '../contracts/idempotency.ts'
import { booksOf, createSale } from '../contracts/ledger-steps.ts'
import { ledgerContract } from '../contracts/ledger.ts'
import { orderIdOf, sampleMessage } from '../contracts/samples.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql, openOwn } from './mysql-setup.ts'

const make = async () => {
  const deps = await emptyMysql()
  return {
    ...deps,
    catalog: mysqlCatalog(deps),
    idempotency: mysqlIdempotency(deps),
    ledger: mysqlLedger(deps),
  }
}

const { skip } = needsMysql()

ledgerContract('mysql', { make, missing: skip })
idempotencyContract('mysql', { make, missing: skip })

type Setup = Awaited<ReturnType<typeof make>>

// Two processes over one home database.
const makeTwo = async () => {
  const one = await make()
  const mysql = await openOwn(one.own)
  return {
    one,
    other: { ...one, mysql, ledger: mysqlLedger({ mysql, clock: one.clock }) },
    [Symbol.asyncDispose]: mysql[Symbol.asyncDispose],
  }
}

interface Messages extends Partial<OrderMessage> {
  count: number
  first?: number // the number of the first message: order ids grow with it
}

const messages = (saleId: string, { count, first = 0, ...set }: Messages) =>
  Array.from({ length: count }, (_, n) => {
    const buyerId = String(n + 1)
    return sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId, first + n), ...set })
  })

const byDecision = (decided: Decided[], decision: string) =>
  decided.filter((one) => one.decision === decision).map(({ message }) => message.orderId)

suite('two processes and one ledger', { skip }, () => {
  test('batches that overlap, in any order, decide each order once', async () => {
    await using two = await makeTwo()
    const saleId = await createSale(two.one, { stock: 1000 })
    const batch = messages(saleId, { count: 300 })
    const [left, right] = await Promise.all([
      two.one.ledger.decide(batch.slice(0, 200)),
      two.other.ledger.decide(batch.slice(100).toReversed()),
    ])
    const fresh = [...left, ...right].filter(({ isNew }) => isNew)
    assert.equal(new Set(fresh.map(({ message }) => message.orderId)).size, 300)
    assert.equal(fresh.length, 300)
    assert.equal((await booksOf(two.one, saleId)).live, 300)
  })

  test('when units are short, both say the same of each order', async () => {
    await using two = await makeTwo()
    for (let round = 0; round < 5; round += 1) {
      const saleId = await createSale(two.one, { stock: 50 })
      const batch = messages(saleId, { count: 100, first: round * 1000 })
      const [left, right] = await Promise.all([
        two.one.ledger.decide(batch),
        two.other.ledger.decide(batch.toReversed()),
      ])
      const recorded = byDecision(left, 'recorded')
      assert.equal(recorded.length, 50)
      assert.deepEqual(byDecision(right, 'recorded').toReversed(), recorded)
      const tasks = await two.one.ledger.readTasksOf(byDecision(left, 'rejected'))
      assert.equal(tasks.length, 50)
      const { available, rejected } = await booksOf(two.one, saleId)
      assert.deepEqual({ available, rejected }, { available: 0, rejected: 50 })
    }
  })

  test('many batches of many sales at once end without a failure', async () => {
    await using two = await makeTwo()
    const sales = [1, 2, 3].map(() => createSale(two.one, { stock: 1000 }))
    const batch = (await Promise.all(sales)).flatMap((saleId, sale) =>
      messages(saleId, { count: 60, first: sale * 100 }),
    )
    const parts = [0, 30, 60, 90].map((from) => batch.slice(from, from + 90))
    const decided = await Promise.all(
      parts.flatMap((part) => [
        two.one.ledger.decide(part),
        two.other.ledger.decide(part.toReversed()),
      ]),
    )
    assert.equal(decided.flat().filter(({ isNew }) => isNew).length, batch.length)
  })

  test('what is sealed is all that was recorded of older epochs', async () => {
    await using two = await makeTwo()
    for (let round = 0; round < 5; round += 1) {
      const saleId = await createSale(two.one, { stock: 1000 })
      const batch = messages(saleId, { count: 200, first: round * 1000, epoch: 0 })
      const decided: Decided[] = []
      const begun = Promise.withResolvers<void>()
      const decide = async ({ ledger }: Pick<Setup, 'ledger'>, from: number) => {
        for (let at = from; at < from + 100; at += 10) {
          decided.push(...(await ledger.decide(batch.slice(at, at + 10))))
          if (at === from + 20) begun.resolve()
        }
      }
      const deciding = Promise.all([decide(two.one, 0), decide(two.one, 100)])
      await begun.promise
      await two.other.ledger.raiseEpoch({ saleId, from: 0 })
      const book = await two.other.ledger.seal({ saleId, epoch: 1 })
      await deciding
      const live = book!.live.map(({ orderId }) => orderId).toSorted()
      assert.deepEqual(byDecision(decided, 'recorded').toSorted(), live)
      assert(live.length < 200 && decided.every(({ brokenPromise }) => !brokenPromise))
    }
  })

  test('orders that both release give their units back once', async () => {
    await using two = await makeTwo()
    const saleId = await createSale(two.one, { stock: 100 })
    const batch = messages(saleId, { count: 50, units: 2 })
    await two.one.ledger.decide(batch)
    const releases = batch.map(({ orderId }) => ({ orderId, reason: 'expired' as const }))
    const released = await Promise.all([
      two.one.ledger.release(releases),
      two.other.ledger.release(releases.toReversed()),
      two.other.ledger.release(releases.slice(25)),
    ])
    assert(released.flat().every(Boolean))
    const { available, released: units } = await booksOf(two.one, saleId)
    assert.deepEqual({ available, units }, { available: 100, units: 100 })
    assert.equal((await two.one.ledger.readTasks({ after: '0', limit: 100 })).length, 50)
  })

  test('a restock with one key counts once', async () => {
    await using two = await makeTwo()
    const saleId = await createSale(two.one, { stock: 1 })
    const restock = { saleId, units: 5, by: 'operator', reason: 'found some', key: 'one' }
    const answers = await Promise.all(
      [two.one, two.other, two.one, two.other].map(({ ledger }) => ledger.restock(restock)),
    )
    assert.deepEqual(answers, [true, true, true, true])
    assert.equal((await booksOf(two.one, saleId)).total, 6)
  })
})

// Somebody else's transaction, which holds what it has locked until its end.
const stranger = async ({ own }: Setup) => {
  const connection = await createConnection(own.urls[0]!)
  await connection.beginTransaction()
  return {
    run: (sql: string, values: unknown[] = []) => connection.query(sql, values as never),
    // Resolves when a batch has inserted its rows, and waits to pay for them.
    async seesPaying() {
      await until(async () => {
        const [rows] = await connection.query<never[]>(PAYING)
        return rows[0]
      })
    },
    [Symbol.asyncDispose]: () => connection.end(),
  }
}

const PAYING = `
  select 1
  from information_schema.processlist
  where db = database() and info like '%update sale_stock%' and id <> connection_id()
`

const LOCK_STOCK = 'select * from sale_stock where sale_id = ? for update'

const INSERT = `
  insert into stock_ledger (
    order_id, step, sale_id, buyer_id, units, entry, stock_tokens, epoch, batch, at)
  values ?
`

// A ledger that counts how often its transactions begin.
const countingTries = ({ mysql, clock }: Setup) => {
  const { home } = mysql
  let tries = 0
  const write: typeof home.write = (work, at) =>
    home.write((transaction) => {
      tries += 1
      return work(transaction)
    }, at)
  const ledger = mysqlLedger({ mysql: { ...mysql, home: { ...home, write } }, clock })
  return { ledger, tries: () => tries }
}

suite('somebody else holds what a batch needs', { skip }, () => {
  test('one that loses a deadlock is decided anew', async () => {
    await using setup = await make()
    await using other = await stranger(setup)
    const { ledger, tries } = countingTries(setup)
    const saleId = await createSale(setup, { stock: 9 })
    const [message] = messages(saleId, { count: 1 })
    const row = (orderId: string) => [orderId, 1, saleId, 9, 1, 'recorded', '[]', 1, 0, 0]
    // Of two, the one that has changed fewer rows is undone.
    await other.run(INSERT, [Array.from({ length: 50 }, (_, n) => row(String(n + 1)))])
    await other.run(LOCK_STOCK, [saleId])
    const deciding = ledger.decide([message!])
    await other.seesPaying()
    await other.run(INSERT, [[row(message!.orderId)]])
    await other.run('rollback')
    const [decided] = await deciding
    assert.deepEqual([decided?.decision, decided?.isNew], ['recorded', true])
    assert.equal(tries(), 2)
    assert.equal((await booksOf(setup, saleId)).available, 8)
  })

  test('one that has waited too long for a lock is decided anew', async () => {
    await using setup = await make()
    await using other = await stranger(setup)
    const { ledger, tries } = countingTries(setup)
    const saleId = await createSale(setup, { stock: 9 })
    await other.run(LOCK_STOCK, [saleId])
    const deciding = ledger.decide(messages(saleId, { count: 3 }))
    await until(async () => (tries() === 2 ? true : undefined))
    await other.run('rollback')
    assert.equal((await deciding).length, 3)
    assert.equal((await booksOf(setup, saleId)).available, 6)
  })
})
