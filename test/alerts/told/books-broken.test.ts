// Somebody writes into the home database by hand: fewer units than were sold, and fewer than the engine has to
// sell. Whoever is on duty is called at once, or told where units are only missing. The rules are as they are shipped, their durations divided by
// twenty: what is seen of a broken promise is forgotten after ten minutes, here half a minute.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pastTheEngine } from '../../support/past-the-engine.ts'
import { needsShop, type Shop, startShop } from './shop.ts'
import { startWatched } from './watched.ts'

const writeHome = ({ server, saleId }: Shop, set: string) =>
  pastTheEngine(server, (database) =>
    database.prepare(`update sale_stock set ${set} where sale_id = ?`).run(saleId),
  )

test('when more is sold than there is, people are called at once', needsShop(), async (context) => {
  await using shop = await startShop({ stock: 3 })
  const processes = [{ role: 'all', server: shop.server }]
  await using watched = await startWatched({ context, processes, scale: 20 })
  for (const buyer of [1, 2, 3]) assert.equal(await shop.attempt(buyer), 'accepted')
  await shop.books(({ live, inTransit }) => live === 3 && inTransit === 0)
  await watched.told('SeckillOversold', {
    ways: ['call', 'text', 'wecom'],
    cause: () => writeHome(shop, 'total = 2'),
  })
  await watched.resolved('SeckillOversold', {
    ways: ['text', 'wecom'],
    cure: () => writeHome(shop, 'total = 3'),
  })
})

test('when units of home are gone, WeCom is told', needsShop(), async (context) => {
  await using shop = await startShop({ stock: 3 })
  const processes = [{ role: 'all', server: shop.server }]
  await using watched = await startWatched({ context, processes, scale: 20 })
  await watched.told('SeckillUnitsUnaccounted', {
    ways: ['wecom'],
    cause: () => writeHome(shop, 'available = 2'),
  })
  await watched.resolved('SeckillUnitsUnaccounted', {
    ways: ['wecom'],
    cure: () => writeHome(shop, 'available = 3'),
  })
})

test('when a promise is broken, people are called at once', needsShop(), async (context) => {
  await using shop = await startShop({ stock: 3 })
  const processes = [{ role: 'all', server: shop.server }]
  await using watched = await startWatched({ context, processes, scale: 20 })
  await writeHome(shop, 'available = 0')
  await watched.told('SeckillPromiseBroken', {
    ways: ['call', 'text', 'wecom'],
    cause: async () => assert.equal(await shop.attempt(1), 'accepted'),
  })
  await watched.resolved('SeckillPromiseBroken', {
    ways: ['text', 'wecom'],
    cure: () => writeHome(shop, 'available = 3'),
  })
})
