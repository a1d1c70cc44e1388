// Redis stops: attempts are told busy, and whoever is on duty is called. Redis is back: it is over. The rules
// are as they are shipped, their durations divided by ten.

import { test } from 'node:test'
import { needsShop, startShop } from './shop.ts'
import { startWatched } from './watched.ts'

test(
  'when Redis stops in a sale, people are called, and told when it is over',
  needsShop(),
  async (context) => {
    await using shop = await startShop({ stock: 500 })
    const processes = [{ role: 'all', server: shop.server }]
    await using watched = await startWatched({ context, processes, scale: 10 })
    await using _crowd = shop.crowd({ clients: 4 })
    await watched.told('SeckillErrorRate', {
      ways: ['call', 'text', 'wecom'],
      cause: () => shop.redis.signal('SIGKILL'),
    })
    await watched.resolved('SeckillErrorRate', {
      ways: ['text', 'wecom'],
      cure: () => shop.redis.restart(),
    })
  },
)
