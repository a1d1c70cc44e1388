// The table that a full blocklist is kept in does what a plain map does, and so do networks.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { type AddressWords, networkOf } from '../../src/domain/addresses.ts'
import { networks } from '../../src/domain/networks.ts'
import { untilTable } from '../../src/domain/until-table.ts'

const MANY = 50_000
const ROUND = 32 // calls of forgetSome that go through the whole table

// Numbers that are the same in every run.
const chanceOf = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
}

suite('a table of ends', () => {
  // Few keys, so that they meet in one slot, come again and go.
  const key = fc.tuple(fc.nat(3), fc.nat(40))
  const step = fc.oneof(
    fc.record({ does: fc.constant('set'), key, untilMs: fc.nat(100) }),
    fc.record({ does: fc.constant('delete'), key, untilMs: fc.constant(0) }),
    fc.record({ does: fc.constant('forget'), key, untilMs: fc.nat(50) }),
  )

  test('does what a map does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = untilTable(2)
        const model = new Map<string, number>()
        for (const { does, key: words, untilMs } of steps) {
          const asked = Uint32Array.from(words)
          if (does === 'set') table.set(asked, untilMs)
          if (does === 'set') model.set(String(words), untilMs)
          if (does === 'delete') assert.equal(table.delete(asked), model.delete(String(words)))
          if (does !== 'forget') continue
          for (let part = 0; part < ROUND * 2; part += 1) table.forgetSome(untilMs)
          for (const [name, until] of model) if (until <= untilMs) model.delete(name)
        }
        assert.equal(table.size(), model.size)
        for (let a = 0; a <= 3; a += 1)
          for (let b = 0; b <= 40; b += 1)
            assert.equal(table.untilMs(Uint32Array.of(a, b)), model.get(`${a},${b}`) ?? -Infinity)
      }),
      { numRuns: 300 },
    )
  })

  test(`holds ${MANY} keys, forgets every second of them, and knows the others`, () => {
    const table = untilTable(1)
    const next = chanceOf(1)
    const model = new Map<number, number>()
    while (model.size < MANY) model.set(next(), model.size % 2 ? 100 : Infinity)
    for (const [word, untilMs] of model) table.set(Uint32Array.of(word), untilMs)
    assert.equal(table.size(), MANY)
    for (let part = 0; part < ROUND * 2; part += 1) table.forgetSome(100)
    assert.equal(table.size(), MANY / 2)
    for (const [word, untilMs] of model)
      assert.equal(table.untilMs(Uint32Array.of(word)), untilMs === 100 ? -Infinity : untilMs)
    for (const word of model.keys()) table.delete(Uint32Array.of(word))
    assert.equal(table.size(), 0)
  })
})

// Any network of a length contains an address when the address's network of that length is it.
const contains = (model: Map<string, number>, address: AddressWords, nowMs: number) => {
  for (let prefix = 0; prefix <= address.length * 32; prefix += 1)
    if (nowMs < (model.get(networkOf(address, prefix).text) ?? -Infinity)) return true
  return false
}

suite('very many networks', () => {
  for (const words of [1, 4])
    test(`${MANY} of ${words === 1 ? 'IPv4' : 'IPv6'} of all lengths say what each of them says`, () => {
      const next = chanceOf(words)
      const address = () => Array.from({ length: words }, next)
      const table = networks()
      const model = new Map<string, number>()
      const known: AddressWords[] = []
      for (let count = 0; count < MANY; count += 1) {
        const one = address()
        const network = networkOf(one, 12 + (next() % (words * 32 - 11)))
        const untilMs = next() % 3 === 0 ? 100 : Infinity
        table.set(network, untilMs)
        model.set(network.text, untilMs)
        if (count % 7 === 0) {
          table.delete(network)
          model.delete(network.text)
        }
        if (count % 25 === 0) known.push(one, address())
      }
      assert.equal(table.size(), model.size)
      for (const nowMs of [0, 100])
        for (const one of known) assert.equal(table.has(one, nowMs), contains(model, one, nowMs))
    })
})
