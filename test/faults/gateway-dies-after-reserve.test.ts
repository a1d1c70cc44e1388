// kill -9 of a gateway that has read what the stock engine decided, and has told nobody. The unit is held in
// Redis alone: the sweep finds it and publishes the order, as the buyer does who asks again.

import { test } from 'node:test'
import { gatewayDies } from '../support/gateway-death.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

test('a gateway that dies after it has reserved strands no unit', needsOwnRedis(), (context) =>
  gatewayDies(context, {
    strategy: 'tokens',
    death: { at: 'redis.reserve', when: 'after' },
    lonely: { books: { live: 1, held: 1 }, again: 'already-reserved' },
  }),
)
