// Of what is answered, only what a rule may count is told to the watch, with the address it came from.

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import type { SeenBy } from '../../src/attempt/abuse-watch.ts'
import type { AttemptRequest } from '../../src/attempt/checks.ts'
import { textOf } from '../../src/domain/addresses.ts'
import type { Outcome } from '../../src/domain/attempt.ts'
import { clientAddresses } from '../../src/gateway/client-address.ts'
import { watchAttempts } from '../../src/gateway/watch-attempts.ts'

const told = (proxies: string[] = []) => {
  const seen: unknown[] = []
  const saw = (event: string, { address, buyerId }: SeenBy) =>
    void seen.push([event, address && textOf(address), buyerId])
  let addressesAsked = 0
  const clientAddress = clientAddresses(proxies)
  const watch = watchAttempts({
    watch: { saw },
    clientAddress(request) {
      addressesAsked += 1
      return clientAddress(request)
    },
    neverBlocked: ['198.51.100.0/24', ...proxies],
    isBlocked: (request) => clientAddress(request) === '203.0.113.9',
  })
  return { watch, seen, addressesAsked: () => addressesAsked }
}

const from = (remoteAddress: string | undefined, forwarded?: string) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return { socket: { remoteAddress }, headers } as IncomingMessage
}

const attempt = (isNew = false): AttemptRequest => ({
  saleId: '7',
  token: 'good',
  units: 1,
  fault: undefined,
  claims: { saleId: '7', buyerId: '5', isNew },
})
const nobody: AttemptRequest = { ...attempt(), claims: undefined }

const FORGED: Outcome = { outcome: 'unauthorized', detail: '', forged: true }
const TOO_OFTEN: Outcome = {
  outcome: 'rate-limited',
  level: 'buyer',
  quota: 3,
  windowMs: 1000,
  retryMs: 1,
}

test('a forged token, an attempt too many and a buyer who is new are told', () => {
  const { watch, seen } = told()
  watch.attempted(FORGED, nobody, from('192.0.2.1'))
  watch.attempted(TOO_OFTEN, attempt(), from('192.0.2.1'))
  watch.attempted({ outcome: 'sold-out' }, attempt(true), from('2001:db8::1'))
  watch.forged(from('192.0.2.2'))
  assert.deepEqual(seen, [
    ['forged-token', '192.0.2.1', undefined],
    ['too-often', '192.0.2.1', '5'],
    ['new-buyer', '2001:db8::1', '5'],
    ['forged-token', '192.0.2.2', undefined],
  ])
})

test('nothing else is told, and nobody asks where it came from', () => {
  const { watch, seen, addressesAsked } = told()
  const others: Outcome[] = [
    { outcome: 'unauthorized', detail: 'expired' },
    { ...TOO_OFTEN, level: 'sale' },
    { ...TOO_OFTEN, level: 'global' },
    { outcome: 'sold-out' },
    { outcome: 'blocked' },
    { outcome: 'accepted', orderId: '1', saleId: '7' },
  ]
  for (const outcome of others) watch.attempted(outcome, attempt(), from('192.0.2.1'))
  assert.deepEqual([seen, addressesAsked()], [[], 0])
})

test('a network that is never blocked, and a proxy, are not told of', () => {
  const { watch, seen } = told(['10.0.0.0/8'])
  watch.forged(from('198.51.100.7'))
  watch.forged(from('10.0.0.1'))
  watch.forged(from('10.0.0.1', '198.51.100.7'))
  watch.attempted(TOO_OFTEN, attempt(true), from('198.51.100.7'))
  watch.forged(from('10.0.0.1', '192.0.2.1'))
  watch.forged(from('192.0.2.2', '192.0.2.1'))
  assert.deepEqual(seen, [
    ['forged-token', '192.0.2.1', undefined],
    ['forged-token', undefined, undefined], // it may be a proxy that was forgotten
  ])
})

test('where no proxy is known, nothing is counted of what may be the address of one', () => {
  const { watch, seen } = told()
  watch.attempted(TOO_OFTEN, attempt(), from('192.0.2.1', '203.0.113.1'))
  watch.attempted(TOO_OFTEN, attempt(), from(undefined))
  assert.deepEqual(seen, [
    ['too-often', undefined, '5'],
    ['too-often', undefined, '5'],
  ])
})
