// kill -9 of a gateway that is about to ask the stock engine. Nothing was decided: the buyer who asks
// again is a new one.

import { test } from 'node:test'
import { gatewayDies } from '../support/gateway-death.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

test('a gateway that dies before it reserves sells nothing', needsOwnRedis(), (context) =>
  gatewayDies(context, {
    strategy: 'segmented',
    death: { at: 'redis.reserve', when: 'before' },
    lonely: { books: { live: 0, held: 0 }, again: 'accepted' },
  }),
)
