// A shop that had its stock engine in Redis starts with the embedded one: sales of strategies that this
// one does not know wait, and it is said why; all others go on. With Redis again, they go on as well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../adapters/sqlite-setup.ts'
import { seckill } from '../support/cli.ts'
import { eventually, type Json } from '../support/engine.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'
import { startRedis } from '../support/redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, type Server, startServer } from '../support/server.ts'

const attempt = async ({ url }: Server, saleId: string, buyer: string): Promise<Json> => {
  const shop = operator({ url, adminKey: PRODUCTION_KEY })
  const token = (await shop.tokens(saleId, Number(buyer))).get(buyer)!
  const path = `${url}/api/sales/${saleId}/attempts`
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(path, { method: 'POST', headers })).json()
}

const codeOf = ({ outcome, code, orderId }: Json): string => outcome ?? code ?? (orderId && 'order')

test(
  'sales of another stock engine wait and say so, the others go on',
  needsOwnRedis(),
  async () => {
    await using redis = await startRedis()
    await using folder = await temporaryFolder()
    const start = (stockUrl: string) =>
      startServer({
        env: {
          ...PRODUCTION,
          SECKILL_DATA: folder.folder,
          SECKILL_STOCK_URL: stockUrl,
          SECKILL_LOOK_EVERY_MS: '50',
        },
      })
    const stop = async (server: Server) => {
      server.kill('SIGTERM')
      assert.equal((await server.exited).code, 0)
    }

    await using first = await start(redis.url)
    const shop = operator({ url: first.url, adminKey: PRODUCTION_KEY })
    const plain = await shop.makeSale({ stock: 5 })
    const traced = await shop.makeSale({ stock: 5, strategy: 'tokens' })
    const bought = await attempt(first, traced, '1')
    assert.equal(bought.outcome, 'accepted')
    await stop(first)

    await using second = await start('sqlite:')
    await eventually(
      () => attempt(second, plain, '1'),
      (answer) => codeOf(answer) === 'accepted', // once the units of the rebuild have rested
    )
    assert.equal(codeOf(await attempt(second, traced, '2')), 'rebuilding')
    const ready: Json = await (await fetch(`${second.url}/readyz`)).json()
    assert.deepEqual(ready, { ready: true, missing: [] })
    const lines = second
      .output()
      .split('\n')
      .filter((line) => line.includes('set SECKILL_STOCK_URL as it was'))
    assert.equal(lines.length, 1)
    assert.match(lines[0]!, new RegExp(`"saleId":"${traced}","strategy":"tokens"`))
    const env = { SECKILL_ADMIN_KEY: PRODUCTION_KEY }
    const doctor = await seckill(['doctor', '--sale', traced, '--url', second.url], { env })
    assert.equal(doctor.code, 1)
    assert.match(
      doctor.stdout,
      /FAIL +sale \d+: engine +it does not know the strategy tokens: set SECKILL_STOCK_URL/,
    )
    await assert.rejects(
      operator({ url: second.url, adminKey: PRODUCTION_KEY }).post(
        `/api/admin/sales/${traced}/preheat`,
      ),
      /strategy-unknown/,
    )
    await stop(second)

    await using third = await start(redis.url)
    const again = await eventually(
      () => attempt(third, traced, '1'),
      (answer) => codeOf(answer) !== 'rebuilding',
    )
    assert.equal(again.orderId, bought.orderId)
    await eventually(
      () => attempt(third, traced, '2'),
      (answer) => codeOf(answer) === 'accepted',
    )
  },
)
