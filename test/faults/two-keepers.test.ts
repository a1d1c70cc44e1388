// Keepers look after one sale together, and no lease keeps them apart: each takes it for its own. Redis
// comes back empty again and again under the herd, so that they rebuild, expire, release and sweep at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, type Json } from '../support/engine.ts'
import { heldEngine } from '../support/held-engine.ts'
import { startHerd } from '../support/herd.ts'
import { lawHolds, readAudit, seeded } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const LOSSES = Number(process.env.LOSSES ?? 3)
const STOCK = 200

for (const strategy of ['counter', 'segmented'])
  test(`two keepers at once are harmless (${strategy})`, needsOwnRedis(), async (context) => {
    const random = seeded(context)
    await using server = await heldEngine()
    const leases = { ...server.ports.leases, acquire: async () => true }
    server.addKeeper('without a lease', { leases })
    server.addKeeper('without a lease either', { leases })
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: STOCK, strategy, payWithinMs: 1000 })
    const tokens = await shop.tokens(saleId, 1000)
    const of = { server, folder: server.folder, saleId, tokens, chance: random }
    const books = () => readAudit({ server, saleId })
    await using herd = startHerd({ ...of, url: server.url, clients: 8, cancelShare: 0.2 })
    const sold = ({ live, released }: Json): number => live + released
    for (let loss = 1, before = 0; loss <= LOSSES; loss += 1) {
      before = sold(await eventually(books, (now) => now.engine === 'open' && sold(now) > before))
      await server.redis.restart({ emptied: true })
    }
    await eventually(books, ({ engine }) => engine === 'open')
    await herd.stop()
    await eventually(books, ({ available }) => available === STOCK) // all has expired
    const { epoch, released } = await lawHolds(context, { ...of, answers: herd.answers })
    assert(epoch > LOSSES && released > 0)
  })
