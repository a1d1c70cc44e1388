// Whose address counts: nobody gets another one by writing headers, unless the connection is a trusted
// proxy's.

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'
import { clientAddresses } from '../../src/gateway/client-address.ts'

const PROXIES = ['10.0.0.0/8', '2001:db8:1::/48', '127.0.0.1/32']

const from = (remoteAddress: string | undefined, forwarded?: string, trusted = PROXIES) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return clientAddresses(trusted)({ socket: { remoteAddress }, headers } as IncomingMessage)
}

test('the address is that of the connection, whatever a stranger writes', () => {
  assert.equal(from('203.0.113.9'), '203.0.113.9')
  assert.equal(from('203.0.113.9', '198.51.100.1'), '203.0.113.9')
  assert.equal(from('10.0.0.1', '198.51.100.1', []), '10.0.0.1')
  assert.equal(from('::ffff:203.0.113.9'), '203.0.113.9')
  assert.equal(from(undefined, '198.51.100.1'), '', 'the connection is gone')
})

test('behind trusted proxies it is the first from the right that is none of them', () => {
  assert.equal(from('10.0.0.1', '198.51.100.1'), '198.51.100.1')
  assert.equal(from('::ffff:10.0.0.1', '192.0.2.7, 198.51.100.1, 10.0.0.2'), '198.51.100.1')
  assert.equal(from('2001:db8:1::5', '2001:DB8:2:0:0:0:0:1'), '2001:db8:2::1')
  assert.equal(from('10.0.0.1', '10.0.0.3, 10.0.0.2'), '10.0.0.3', 'nobody else was there')
  assert.equal(from('10.0.0.1', '198.51.100.1:4711'), '198.51.100.1')
  assert.equal(from('10.0.0.1', '[2001:db8:2::1]:4711'), '2001:db8:2::1')
})

test('what cannot be read ends the trust', () => {
  assert.equal(from('10.0.0.1', '198.51.100.1, unknown, 10.0.0.2'), '10.0.0.2')
  assert.equal(from('10.0.0.1', ''), '10.0.0.1')
})

test('a wrong proxy or origin stops the start with one line that names the setting', () => {
  for (const wrong of ['10.0.0.1/8', 'proxy', '10.0.0.1,,10.0.0.2'])
    assert.throws(() => readConfig({ SECKILL_TRUSTED_PROXIES: wrong }), {
      message: `SECKILL_TRUSTED_PROXIES: expected addresses or CIDRs that name their first address, like 10.0.0.0/8 or 2001:db8::1, not ${JSON.stringify(wrong)}`,
    })
  for (const wrong of [
    'https://shop.example/',
    'shop.example',
    '*',
    'null',
    'ftp://x',
    'https://X',
  ])
    assert.throws(
      () => readConfig({ SECKILL_ORIGINS: wrong }),
      /SECKILL_ORIGINS: expected origins /,
    )
  const read = readConfig({
    SECKILL_TRUSTED_PROXIES: '10.0.0.1, 2001:db8::/32',
    SECKILL_ORIGINS: 'https://shop.example,http://localhost:5173',
  })
  assert.deepEqual(read.SECKILL_TRUSTED_PROXIES, ['10.0.0.1/32', '2001:db8::/32'])
  assert.deepEqual(read.SECKILL_ORIGINS, ['https://shop.example', 'http://localhost:5173'])
})
