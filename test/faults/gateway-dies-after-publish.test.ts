// kill -9 of a gateway that has put an order on the queue and not yet read the epoch. The order is
// recorded without it.

import { test } from 'node:test'
import { gatewayDies } from '../support/gateway-death.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

test('a gateway that dies after it has published loses no order', needsOwnRedis(), (context) =>
  gatewayDies(context, {
    strategy: 'counter',
    death: { at: 'queue.publish', when: 'after' },
    lonely: { books: { live: 1, held: 1 }, again: 'already-reserved' },
  }),
)
