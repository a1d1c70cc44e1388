// The disk is lost in the middle of a sale, and there is a backup from a moment before. What was bought
// before it is there; what was bought after it is lost; nothing is sold twice, and the sale goes on when
// an operator says so.
//
// SEED=7 node --test test/faults/restored-from-a-backup.test.ts

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { chance } from '../simulation/chance.ts'
import { seckill } from '../support/cli.ts'
import { eventually, type Json } from '../support/engine.ts'
import { type Herd, startHerd } from '../support/herd.ts'
import { operator, type Operator } from '../support/operator.ts'
import { type Server, startServer } from '../support/server.ts'

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const STOCK = 1000
const BUYERS = 3000

test('a restored sale is paused, its books add up, and the rest of it is sold', async (context) => {
  context.diagnostic(`SEED=${SEED}`)
  const random = chance(SEED)
  const folder = await mkdtemp(join(tmpdir(), 'seckill-restored-'))
  const data = join(folder, 'data')
  const env = { SECKILL_DATA: data, SECKILL_RECONCILE_PAUSE_MS: '50' }
  let server: Server | undefined
  try {
    server = await startServer({ env })
    const shop = operator(server)
    const saleId = await shop.makeSale({ stock: STOCK })
    const tokens = await shop.tokens(saleId, BUYERS)
    const of = { saleId, tokens, clients: 8, cancelShare: 0.1, chance: random }
    const before = startHerd({ ...of, url: server.url })
    await eventually(
      async () => accepted(before).size,
      (count) => count >= 100,
    )
    const words = ['backup', '--to', join(folder, 'backup.db')]
    const promised = accepted(before)
    const backup = await seckill(words, { env })
    assert.deepEqual([backup.code, backup.stderr], [0, ''])
    const soldAtBackup = accepted(before).size
    await eventually(
      async () => accepted(before).size,
      (count) => count >= soldAtBackup + 100,
    )
    server.kill('SIGKILL')
    await server.exited
    await before.stop()

    const from = ['restore', '--from', join(folder, 'backup.db'), '--json']
    assert.equal((await seckill(from, { env })).code, 1, 'there is a database')
    const restored = await seckill([...from, '--replace'], { env })
    assert.equal(restored.code, 0, restored.stderr)
    const { aside, paused } = JSON.parse(restored.stdout)
    assert.deepEqual(paused, [saleId])
    const lost = ordersOf(aside)
    const kept = ordersOf(join(data, 'seckill.db'))
    const givenUp = before.answers
      .filter(({ kind }) => kind === 'cancel')
      .map((one) => one.orderId!)
    for (const orderId of promised.difference(new Set(givenUp)))
      assert.ok(kept.has(orderId), `order ${orderId} was promised before the backup`)
    assert.ok(lost.difference(kept).size > 0, 'orders after the backup are lost')

    server = await startServer({ env })
    const again = operator(server)
    const rested = await atRest(again, saleId)
    assert.deepEqual([rested.total, rested.available + rested.live], [STOCK, STOCK])
    const refused = await attempt(server, { saleId, token: tokens.get('1')! })
    assert.ok(['paused', 'already-reserved'].includes(refused), refused)

    await again.post(`/api/admin/sales/${saleId}/resume`, { reason: 'looked at it' })
    await using after = startHerd({ ...of, url: server.url, cancelShare: 0 })
    const soldOut = await eventually(
      () => again.get(`/api/admin/sales/${saleId}/audit`),
      (books) => books.live === STOCK,
    )
    await after.stop()
    assert.deepEqual([soldOut.oversold, soldOut.duplicateBuyers], [0, 0])
    assert.deepEqual((await atRest(again, saleId)).drift, 0)
    assert.deepEqual(accepted(after).intersection(lost), new Set(), 'no order id comes again')
    context.diagnostic(
      `promised ${promised.size}, kept ${kept.size}, lost ${lost.difference(kept).size}, ` +
        `sold again ${accepted(after).size}`,
    )
  } finally {
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
})

const accepted = ({ answers }: Herd): Set<string> =>
  new Set(answers.filter(({ outcome }) => outcome === 'accepted').map((one) => one.orderId!))

const ordersOf = (file: string): Set<string> => {
  const database = new DatabaseSync(file, { readOnly: true })
  const sql = `
    select cast(order_id as text) as orderId from stock_ledger where step = 1
    union
    select cast(order_id as text) from in_transit
  `
  const rows = database.prepare(sql).all() as { orderId: string }[]
  database.close()
  return new Set(rows.map(({ orderId }) => orderId))
}

const atRest = (shop: Operator, saleId: string): Promise<Json> =>
  eventually(
    () => shop.get(`/api/admin/sales/${saleId}/audit`),
    (books) =>
      books.engine === 'open' &&
      books.inTransit === 0 &&
      books.returning === 0 &&
      books.live === books.held,
  )

const attempt = async ({ url }: Server, { saleId, token }: { saleId: string; token: string }) => {
  const headers = { authorization: `Bearer ${token}` }
  const path = `/api/sales/${saleId}/attempts`
  const response = await fetch(url + path, { method: 'POST', headers })
  const body = (await response.json()) as { outcome?: string; code?: string }
  return body.outcome ?? body.code!
}
