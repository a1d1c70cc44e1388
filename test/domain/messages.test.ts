// A message as it was written: read whole, or not at all.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MESSAGE_VERSION, readMessage } from '../../src/domain/messages.ts'
import { ID_MAX, sampleMessage } from '../contracts/samples.ts'

const MESSAGE = sampleMessage({ buyerId: ID_MAX, orderId: ID_MAX, stockTokens: ['a', '"b"'] })

const read = (value: unknown) => readMessage(JSON.stringify(value))

suite('a message', () => {
  test('is read as it was written', () => {
    assert.deepEqual(read(MESSAGE), { result: 'message', message: MESSAGE })
  })

  test('of another version is not looked at any further', () => {
    for (const version of [0, MESSAGE_VERSION + 1, 77])
      assert.deepEqual(read({ version, anything: [] }), { result: 'unknown-version', version })
  })

  const wrong: [string, unknown, RegExp][] = [
    ['that is a list', [MESSAGE], /no object/],
    ['that is nothing', null, /no object/],
    ['without a version', { ...MESSAGE, version: undefined }, /no version/],
    ['with a version in words', { ...MESSAGE, version: '1' }, /no version/],
    ['without an order', { ...MESSAGE, orderId: undefined }, /orderId/],
    ['with an id that is a number', { ...MESSAGE, saleId: 1 }, /saleId/],
    ['with an id that has two spellings', { ...MESSAGE, buyerId: '01' }, /buyerId/],
    ['of no units', { ...MESSAGE, units: 0 }, /units/],
    ['of half a unit', { ...MESSAGE, units: 0.5 }, /units/],
    ['with a price below nothing', { ...MESSAGE, price: -1 }, /price/],
    ['without a currency', { ...MESSAGE, currency: 156 }, /currency/],
    ['with an epoch in words', { ...MESSAGE, epoch: '1' }, /epoch/],
    ['with tokens that are numbers', { ...MESSAGE, stockTokens: [1] }, /stockTokens/],
    ['with a field more', { ...MESSAGE, toString: 1 }, /field/],
  ]
  for (const [what, value, reason] of wrong)
    test(`${what} cannot be read`, () => {
      const found = read(value)
      assert(found.result === 'unreadable', found.result)
      assert.match(found.reason, reason)
    })

  test('that is torn cannot be read', () => {
    const text = JSON.stringify(MESSAGE)
    for (const torn of ['', ' ', text.slice(0, -1), text.slice(1), `${text}${text}`, '\u0000'])
      assert.equal(readMessage(torn).result, 'unreadable')
  })
})
