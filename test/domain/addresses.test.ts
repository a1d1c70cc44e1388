// Addresses and networks mean the same here as to Node, however they are written.

import assert from 'node:assert/strict'
import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { addressText, readAddress, readNetwork } from '../../src/domain/addresses.ts'
import { networks } from '../../src/domain/networks.ts'

const v4 = fc.ipV4()
const v6 = fc.ipV6()
const odd = fc.string({
  unit: fc.constantFrom(...'0123456789abcdfx.:/% '.split('')),
  maxLength: 20,
})

test('what is an address is what Node takes for one', () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6, odd), (text) => {
      assert.equal(readAddress(text) !== undefined, isIP(text) !== 0, text)
    }),
    { numRuns: 2000 },
  )
})

test('an address has one text, the one that Node writes', () => {
  fc.assert(
    fc.property(v6, (text) => {
      const { hostname } = new URL(`http://[${text}]`)
      const shown = addressText(text)!
      if (isIPv6(shown)) assert.equal(`[${shown}]`, hostname)
      else assert.match(hostname, /^\[::ffff:/)
    }),
    { numRuns: 1000 },
  )
  for (const text of [
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::FFFF:c000:201',
    '0:0:0:0:0:ffff:c000:201',
  ])
    assert.equal(addressText(text), '192.0.2.1')
  assert.equal(addressText('FE80::1%eth0'), 'fe80::1')
  assert.equal(addressText('1:0:0:2:0:0:0:3'), '1:0:0:2::3')
})

test('a network names its first address', () => {
  assert.equal(readNetwork('10.0.0.0/8')?.text, '10.0.0.0/8')
  assert.equal(readNetwork('10.1.2.3')?.text, '10.1.2.3/32')
  assert.equal(readNetwork('2001:DB8:0::/33')?.text, '2001:db8::/33')
  assert.equal(readNetwork('::ffff:10.0.0.0/104')?.text, '10.0.0.0/8')
  assert.equal(readNetwork('0.0.0.0/0')?.prefix, 0)
  const wrong = ['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '10.0.0/8', '::1/64', '']
  for (const text of [...wrong, '::ffff:10.0.0.0/64', 'fe80::%1/64', 'x'])
    assert.equal(readNetwork(text), undefined, text)
})

const familyOf = (text: string) => (isIPv6(text) ? 'ipv6' : 'ipv4')

interface Written {
  address: string
  prefix: number
}

// Networks and addresses from few bits, so that they meet.
const network = fc
  .tuple(fc.constantFrom('10.0.', '192.168.'), fc.nat(3), fc.integer({ min: 14, max: 32 }))
  .map(([head, third, prefix]) => ({ address: `${head}${third}.0`, prefix }))
const network6 = fc
  .tuple(fc.nat(3), fc.integer({ min: 20, max: 128 }))
  .map(([group, prefix]) => ({ address: `2001:db8:${group}::`, prefix }))
const address = fc
  .tuple(fc.constantFrom('10.0.', '192.168.', '10.1.'), fc.nat(3), fc.nat(3))
  .map(([head, third, fourth]) => `${head}${third}.${fourth}`)
const address6 = fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `2001:db8:${a}::${b}`)

test('an address lies in one of many networks when Node says so', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(network, network6), { maxLength: 20 }),
      fc.array(fc.oneof(network, network6), { maxLength: 5 }),
      fc.array(fc.oneof(address, address6), { minLength: 10, maxLength: 10 }),
      (many, gone, addresses) => {
        const ours = networks()
        const left = new Map<string, Written>()
        for (const one of many) {
          const read = readNetwork(`${one.address}/${one.prefix}`)
          if (read === undefined) continue
          ours.set(read, Infinity)
          left.set(read.text, one)
        }
        for (const one of gone) {
          const read = readNetwork(`${one.address}/${one.prefix}`)
          if (read === undefined) continue
          ours.delete(read)
          left.delete(read.text)
        }
        const node = new BlockList()
        for (const one of left.values())
          node.addSubnet(one.address, one.prefix, familyOf(one.address))
        assert.equal(ours.size(), left.size)
        for (const text of addresses) {
          const expected = node.check(new SocketAddress({ address: text, family: familyOf(text) }))
          assert.equal(ours.has(readAddress(text)!, 0), expected, text)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('a network whose time has passed leaves those around it as they are', () => {
  const known = networks()
  known.set(readNetwork('10.0.0.0/24')!, 200)
  known.set(readNetwork('10.0.0.0/16')!, 100)
  known.set(readNetwork('10.0.0.128/25')!, 50)
  known.set(readNetwork('10.0.0.0/8')!, 10)
  const until = (text: string) =>
    [0, 10, 50, 100, 200].findLast((nowMs) => known.has(readAddress(text)!, nowMs))
  assert.deepEqual(['10.0.0.129', '10.0.1.0', '10.1.0.0', '11.0.0.0'].map(until), [
    100,
    50,
    0,
    undefined,
  ])
  for (let part = 0; part < 32; part += 1) known.forgetSome(50)
  assert.equal(known.size(), 2)
})
