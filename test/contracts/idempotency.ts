// What every store of idempotency keys must keep: one answer per operator and key, and a restock that
// counts once per key.

import assert from 'node:assert/strict'
import type { Idempotency } from '../../src/ports/idempotency.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { booksOf, createSale, type LedgerSetup } from './ledger-steps.ts'
import { AT_MS } from './samples.ts'

export interface IdempotencySetup extends LedgerSetup {
  idempotency: Idempotency
}

export const idempotencyContract = (
  name: string,
  options: ContractOptions<IdempotencySetup>,
): void => contract(`idempotency: ${name}`, options, { ...keyClaims, ...restockClaims })

const KEY = { operator: 'alice', key: 'k-1' }
const REQUEST = { ...KEY, fingerprint: 'of this request' }
const ANSWER = { status: 201, headers: { etag: '"1"' }, body: '{"saleId":"1"}' }

const keyClaims: Claims<IdempotencySetup> = {
  'a request begins once, and is unanswered until it is answered': async ({ idempotency }) => {
    const begun = await Promise.all([idempotency.begin(REQUEST), idempotency.begin(REQUEST)])
    assert.deepEqual(begun.map(({ result }) => result).toSorted(), ['begun', 'unanswered'])
  },

  'the answer is given again as it was, and the first one stays': async ({ idempotency }) => {
    await idempotency.begin(REQUEST)
    await idempotency.keepAnswer({ ...KEY, answer: ANSWER })
    await idempotency.keepAnswer({ ...KEY, answer: { ...ANSWER, status: 409 } })
    await idempotency.abandon(KEY)
    const known = await idempotency.begin(REQUEST)
    assert.deepEqual(known, { result: 'answered', answer: ANSWER })
  },

  'an empty answer is an answer': async ({ idempotency }) => {
    await idempotency.begin(REQUEST)
    const answer = { status: 204, headers: {}, body: '' }
    await idempotency.keepAnswer({ ...KEY, answer })
    assert.deepEqual(await idempotency.begin(REQUEST), { result: 'answered', answer })
  },

  'a key that came with another request is told apart, answered or not': async (setup) => {
    const { idempotency } = setup
    await idempotency.begin(REQUEST)
    const other = { ...REQUEST, fingerprint: 'of another one' }
    assert.deepEqual(await idempotency.begin(other), { result: 'other-request' })
    await idempotency.keepAnswer({ ...KEY, answer: ANSWER })
    assert.deepEqual(await idempotency.begin(other), { result: 'other-request' })
  },

  'each operator has keys of his own': async ({ idempotency }) => {
    await idempotency.begin(REQUEST)
    const begun = await idempotency.begin({ ...REQUEST, operator: 'bob', fingerprint: 'other' })
    assert.deepEqual(begun, { result: 'begun' })
  },

  'an abandoned key is free again': async ({ idempotency }) => {
    await idempotency.begin(REQUEST)
    await idempotency.abandon(KEY)
    assert.deepEqual(await idempotency.begin(REQUEST), { result: 'begun' })
  },
}

const restockClaims: Claims<IdempotencySetup> = {
  'a restock counts once per operator and key': async (setup) => {
    const saleId = await createSale(setup, { stock: 10 })
    const restock = (by: string, key?: string) =>
      setup.ledger.restock({ saleId, units: 5, by, reason: 'more', key })
    await setup.idempotency.begin(REQUEST)
    await Promise.all([restock('alice', 'k-1'), restock('alice', 'k-1')])
    assert.equal((await booksOf(setup, saleId)).total, 15)
    await restock('bob', 'k-1')
    await restock('alice', 'k-2')
    await restock('alice')
    await restock('alice')
    assert.equal((await booksOf(setup, saleId)).total, 35)
  },

  'a key that has counted is not free again': async (setup) => {
    const saleId = await createSale(setup, { stock: 10 })
    await setup.idempotency.begin(REQUEST)
    await setup.ledger.restock({ saleId, units: 5, by: 'alice', reason: 'more', key: 'k-1' })
    await setup.idempotency.abandon(KEY)
    assert.deepEqual(await setup.idempotency.begin(REQUEST), { result: 'unanswered' })
  },

  'a restock that has counted has counted, also when the sale was closed since': async (setup) => {
    const saleId = await createSale(setup, { stock: 10 })
    const restock = (key: string) =>
      setup.ledger.restock({ saleId, units: 5, by: 'alice', reason: 'more', key })
    assert.equal(await restock('k-1'), true)
    const set = { closedAtMs: AT_MS }
    await setup.catalog.changeSale({ saleId, set, by: 'bob', reason: '' })
    assert.deepEqual([await restock('k-1'), await restock('k-2')], [true, false])
    assert.equal((await booksOf(setup, saleId)).total, 15)
  },

  'a restock that is refused leaves its key as it was': async (setup) => {
    await setup.idempotency.begin(REQUEST)
    const none = { saleId: '999', units: 5, by: 'alice', reason: 'more', key: 'k-1' }
    assert.equal(await setup.ledger.restock(none), false)
    await setup.idempotency.abandon(KEY)
    assert.deepEqual(await setup.idempotency.begin(REQUEST), { result: 'begun' })
  },
}
