// kill -9 of a gateway that has given its word and is about to send it. The order is the buyer's, though he
// has not heard of it.

import { test } from 'node:test'
import { gatewayDies } from '../support/gateway-death.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

test(
  'a gateway that dies before it answers keeps the order it was about to name',
  needsOwnRedis(),
  (context) =>
    gatewayDies(context, {
      strategy: 'segmented',
      death: { at: 'answer.accepted', when: 'before' },
      lonely: { books: { live: 1, held: 1 }, again: 'already-reserved' },
    }),
)
