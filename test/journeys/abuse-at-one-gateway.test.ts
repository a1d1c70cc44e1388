// Who abuses one gateway is kept out of the other as well, within a second.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { eventually } from '../support/engine.ts'
import { startFleet } from '../support/fleet.ts'
import { attemptFrom, forgedFrom } from '../support/from-address.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

suite('two gateways', needsOwnRedis(), () => {
  test('keep out whom one of them has found, and only for once when both have', async () => {
    await using fleet = await startFleet({
      SECKILL_NEVER_BLOCKED: '',
      SECKILL_ABUSE_RULES: 'forged-tokens=5/60s/600s',
    })
    const [here, there] = fleet.gateways
    const saleId = await here!.sale({ stock: 10 })
    const [token] = await here!.tokens(saleId, ['5'])
    const from = (url: string, address: string, given = token!) =>
      attemptFrom(url, { address, saleId, token: given })
    const forged = forgedFrom(token!)
    const isBlocked = (outcome: string) => outcome === 'blocked'

    for (let count = 0; count < 6; count += 1) await from(here!.url, '127.0.0.5', forged)
    const startedMs = performance.now()
    await eventually(() => from(there!.url, '127.0.0.5'), isBlocked)
    assert(performance.now() - startedMs < 1000)
    await eventually(() => from(here!.url, '127.0.0.5'), isBlocked)

    const both = [here!, there!].map(({ url }) => url)
    for (let count = 0; count < 6; count += 1)
      await Promise.all(both.map((url) => from(url, '127.0.0.6', forged)))
    for (const url of both) await eventually(() => from(url, '127.0.0.6'), isBlocked)
    const { blocks } = (await here!.look('/api/admin/blocklist')).body
    assert.equal(blocks.length, 2)
    assert.notEqual(await from(there!.url, '127.0.0.7'), 'blocked')
  })
})
