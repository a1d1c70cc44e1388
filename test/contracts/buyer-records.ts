// What every store of buyer records must keep: everything of one buyer is found and nothing of another,
// and what is erased is gone for good.

import assert from 'node:assert/strict'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { Blocklist } from '../../src/ports/blocklist.ts'
import {
  BUYER_PARTS,
  type BuyerPart,
  type BuyerRecords,
  type BuyerRow,
} from '../../src/ports/buyer-records.ts'
import type { Buyers } from '../../src/ports/buyers.ts'
import type { DeadLetters } from '../../src/ports/dead-letters.ts'
import type { Entries } from '../../src/ports/entries.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
import type { OrderStore } from '../../src/ports/order-store.ts'
import type { Payments } from '../../src/ports/payments.ts'
import type { Sessions } from '../../src/ports/sessions.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { createSale, type LedgerSetup } from './ledger-steps.ts'
import { AT_MS, deadLetter, orderIdOf, sampleMessage, sampleOrder } from './samples.ts'

export interface BuyerRecordsSetup extends LedgerSetup {
  auditLog: AuditLog
  blocklist: Blocklist
  buyerRecords: BuyerRecords
  buyers: Buyers
  deadLetters: DeadLetters
  entries: Entries
  orders: OrderStore
  payments: Payments
  queue?: OrderQueue // one that knows what of a buyer is on it
  sessions: Sessions
  time: TestTime
}

export const buyerRecordsContract = (
  name: string,
  options: ContractOptions<BuyerRecordsSetup>,
): void => contract(`buyer records: ${name}`, options, { ...readingClaims, ...eraseClaims })

const HOUR_MS = 3_600_000
const BY = { by: 'operator', reason: 'asked to' }

// A buyer of whom everything there can be is kept: one order that was paid for, and all around it.
const buyerWithAll = async (setup: BuyerRecordsSetup, name: string) => {
  const buyerId = (await setup.buyers.createAccount({ name, passwordHash: `hash of ${name}` }))!
  const saleId = await createSale(setup, {})
  const session = { sessionId: `session of ${name}`, buyerId, createdAtMs: AT_MS }
  await setup.sessions.open({ ...session, expiresAtMs: AT_MS + HOUR_MS })
  await setup.entries.enter({ saleId, buyerId, phase: 'admitted' })
  const orderId = orderIdOf(buyerId)
  await setup.ledger.decide([sampleMessage({ buyerId, saleId, orderId })])
  await setup.orders.insert([sampleOrder({ buyerId, saleId, orderId })])
  const payment = { paymentId: orderIdOf(buyerId, 1), orderId, buyerId, provider: 'sandbox' }
  await setup.payments.start({ ...payment, nowMs: AT_MS })
  const dead = sampleMessage({ buyerId, saleId, orderId: orderIdOf(buyerId, 2) })
  await setup.deadLetters.bury([deadLetter(dead, 'too strange')])
  await setup.blocklist.block({ kind: 'buyer', value: buyerId, untilMs: undefined, ...BY })
  return { buyerId, saleId, orderId, payment }
}

const pay = (setup: BuyerRecordsSetup, { paymentId }: { paymentId: string }) => {
  const event = { eventId: `event of ${paymentId}`, type: 'payment.succeeded' } as const
  return setup.payments.receive({ ...event, paymentId, amount: 9900, currency: 'CNY' }, AT_MS)
}

const readAll = async ({ buyerRecords }: BuyerRecordsSetup, buyerId: string, limit: number) => {
  const parts = new Map<BuyerPart, BuyerRow[]>()
  for (const part of BUYER_PARTS) {
    const all: BuyerRow[] = []
    for (let after: string | undefined = '0'; after !== undefined;) {
      const page = await buyerRecords.readPart({ buyerId, part, after, limit })
      all.push(...page.rows)
      after = page.after
    }
    parts.set(part, all)
  }
  return parts
}

const lengths = (parts: Map<BuyerPart, BuyerRow[]>) =>
  Object.fromEntries([...parts].map(([part, rows]) => [part, rows.length]))

const readingClaims: Claims<BuyerRecordsSetup> = {
  'everything of a buyer is found, and nothing of another': async (setup) => {
    await buyerWithAll(setup, 'bob')
    const { buyerId } = await buyerWithAll(setup, 'ann')
    await buyerWithAll(setup, 'eve')
    const record = await setup.buyerRecords.read(buyerId)
    assert.deepEqual(record, {
      buyerId,
      account: { name: 'ann', subject: undefined, createdAtMs: AT_MS, erasedAtMs: undefined },
      counts: { sessions: 1, entries: 1, inTransit: 0, orders: 1, payments: 1, blocks: 1 },
    })
    const parts = await readAll(setup, buyerId, 100)
    const one = Object.fromEntries(BUYER_PARTS.map((part) => [part, 1]))
    assert.deepEqual(lengths(parts), { ...one, inTransit: 0 })
  },

  'the same is found in pages of one row': async (setup) => {
    const { buyerId, saleId } = await buyerWithAll(setup, 'ann')
    await buyerWithAll(setup, 'bob')
    const more = [5, 6, 7].map((n) =>
      sampleOrder({ buyerId, saleId, orderId: orderIdOf(buyerId, n) }),
    )
    await setup.orders.insert(more.map((order) => ({ ...order, status: 'cancelled' as const })))
    await setup.ledger.decide(
      more.map(({ orderId }) => sampleMessage({ buyerId, saleId, orderId })),
    )
    const whole = await readAll(setup, buyerId, 100)
    assert.equal(whole.get('orders')!.length, 4)
    assert.deepEqual(await readAll(setup, buyerId, 1), whole)
  },

  'what nobody may see is in no part': async (setup) => {
    const { buyerId } = await buyerWithAll(setup, 'ann')
    const text = JSON.stringify([...(await readAll(setup, buyerId, 100))])
    assert.ok(!text.includes('hash of ann') && !text.includes('session of ann'))
  },

  'an order in transit is found': async (setup) => {
    const saleId = await createSale(setup, {})
    await setup.queue!.publish([sampleMessage({ buyerId: '7', saleId })])
    const record = await setup.buyerRecords.read('7')
    assert.deepEqual([record?.account, record?.counts.inTransit], [undefined, 1])
    const parts = await readAll(setup, '7', 100)
    assert.equal(parts.get('inTransit')![0]!['orderId'], orderIdOf('7'))
  },

  'of a buyer without anything there is no record': async ({ buyerRecords }) => {
    assert.equal(await buyerRecords.read('7'), undefined)
    const erased = await buyerRecords.erase({ buyerId: '7', ...BY })
    assert.deepEqual(erased, { result: 'no-such-buyer' })
  },
}

const eraseClaims: Claims<BuyerRecordsSetup> = {
  'name, hash and sessions of an erased buyer are gone, orders and payments stay': async (
    setup,
  ) => {
    const { buyerId, orderId, payment } = await buyerWithAll(setup, 'ann')
    await pay(setup, payment)
    const erased = await setup.buyerRecords.erase({ buyerId, ...BY })
    assert.deepEqual(erased, {
      result: 'erased',
      sessions: 1,
      entries: 0,
      record: {
        buyerId,
        account: { name: undefined, subject: undefined, createdAtMs: AT_MS, erasedAtMs: AT_MS },
        counts: { sessions: 0, entries: 1, inTransit: 0, orders: 1, payments: 1, blocks: 1 },
      },
    })
    assert.equal(await setup.buyers.readAccount('ann'), undefined)
    assert.equal(await setup.sessions.read('session of ann'), undefined)
    assert.equal((await setup.orders.read([orderId]))[0]?.buyerId, buyerId)
  },

  'an erased buyer cannot be signed in again, and its name makes another buyer': async (setup) => {
    const { buyerId, payment } = await buyerWithAll(setup, 'ann')
    await pay(setup, payment)
    await setup.buyerRecords.erase({ buyerId, ...BY })
    const session = { sessionId: 'late', buyerId, createdAtMs: AT_MS, expiresAtMs: AT_MS + 1 }
    assert.equal(await setup.sessions.open(session), false)
    const again = await setup.buyers.createAccount({ name: 'ann', passwordHash: 'x' })
    assert.ok(again !== undefined && again !== buyerId)
  },

  'an erased subject is another buyer when it comes again': async (setup) => {
    const buyerId = await setup.buyers.idOfSubject('subject of ann')
    const erased = await setup.buyerRecords.erase({ buyerId, ...BY })
    assert.equal(erased.result, 'erased')
    assert.notEqual(await setup.buyers.idOfSubject('subject of ann'), buyerId)
  },

  'entries go when their sale is over': async (setup) => {
    const { buyerId, payment } = await buyerWithAll(setup, 'ann')
    await pay(setup, payment)
    await setup.time.pass(2 * HOUR_MS)
    const erased = await setup.buyerRecords.erase({ buyerId, ...BY })
    assert.ok(erased.result === 'erased')
    assert.deepEqual([erased.entries, erased.record.counts.entries], [1, 0])
  },

  'a buyer with a pending order is not erased': async (setup) => {
    const { buyerId } = await buyerWithAll(setup, 'ann')
    const pending = await setup.buyerRecords.erase({ buyerId, ...BY })
    assert.deepEqual(pending, { result: 'pending-orders', orders: 1 })
    assert.equal((await setup.buyers.readAccount('ann'))?.buyerId, buyerId)
  },

  'a buyer with an order in transit is not erased': async (setup) => {
    await setup.queue!.publish([sampleMessage({ buyerId: '7', saleId: '1' })])
    const inTransit = await setup.buyerRecords.erase({ buyerId: '7', ...BY })
    assert.deepEqual(inTransit, { result: 'pending-orders', orders: 1 })
  },

  'erasing again finds nothing more, and the log says who erased whom and why': async (setup) => {
    const { buyerId, payment } = await buyerWithAll(setup, 'ann')
    await pay(setup, payment)
    await setup.buyerRecords.erase({ buyerId, ...BY })
    const again = await setup.buyerRecords.erase({ buyerId, ...BY })
    assert.ok(again.result === 'erased')
    assert.deepEqual([again.sessions, again.entries], [0, 0])
    const logged = await setup.auditLog.list({ subject: `buyer ${buyerId}`, limit: 9 })
    const seen = logged.map(({ change, by, reason }) => ({ change, by, reason }))
    assert.deepEqual(seen[0], { change: 'erase-buyer', ...BY })
    const parts = await readAll(setup, buyerId, 100)
    assert.equal(parts.get('auditLog')!.length, 1 + logged.length, 'its block, and what was erased')
  },
}
