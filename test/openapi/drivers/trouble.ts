// What any request may be answered, whatever its route: asked once, where it is easiest had.

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Engine, eventually, type Reply, startEngine } from '../../support/engine.ts'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startFleet } from '../../support/fleet.ts'
import { smallDisk } from '../../support/small-disk.ts'
import { ask } from '../asking.ts'
import type { Worlds } from '../worlds.ts'

export type Trouble = { name: string; reply: Reply } | { skip: string }

const TIME = 'GET /api/time'
const SIGN_OUT = 'DELETE /api/sessions/current'
const PRODUCTS = 'POST /api/admin/products'

const product = (title = 'A phone') => ({ body: { title, listPrice: 1, currency: 'CNY' } })

// Headers that `fetch` does not let through, or makes by itself.
const askPlainly = async (
  engine: Engine,
  of: Record<string, string> | string[],
): Promise<Reply> => {
  const asking = httpRequest(`${engine.url}/api/time`, { headers: of, setHost: false })
  asking.end()
  const [answered] = await once(asking, 'response')
  let text = ''
  for await (const part of answered) text += String(part)
  const { statusCode: status, headers } = answered
  return { status, headers: new Headers(headers), body: JSON.parse(text) }
}

const DISK_BYTES = 48 * 1024 * 1024

export const trouble: Record<string, (worlds: Worlds) => Promise<Trouble>> = {
  async malformed({ shop }) {
    return { name: TIME, reply: await askPlainly(shop, {}) }
  },

  async 'expectation-failed'({ shop }) {
    return { name: TIME, reply: await askPlainly(shop, { host: 'x', expect: 'miracles' }) }
  },

  async 'header-too-large'({ shop }) {
    return { name: TIME, reply: await askPlainly(shop, { host: 'x', long: 'x'.repeat(20_000) }) }
  },

  async 'payload-too-large'({ shop, session }) {
    const credential = await session()
    const reply = await ask(shop, SIGN_OUT, { credential, body: 'x'.repeat(100_000) })
    return { name: SIGN_OUT, reply }
  },

  async 'unsupported-media-type'({ shop, session }) {
    const credential = await session()
    const headers = { 'content-type': 'text/plain' }
    return { name: SIGN_OUT, reply: await ask(shop, SIGN_OUT, { credential, raw: 'x', headers }) }
  },

  // Another program holds the database for longer than the engine waits.
  async busy({ strict }) {
    const engine = await strict()
    using database = new DatabaseSync(join(engine.folder, 'seckill.db'), { timeout: 1000 })
    database.exec('begin immediate')
    return { name: PRODUCTS, reply: await ask(engine, PRODUCTS, product()) }
  },

  async 'stock-unreachable'() {
    const { skip } = needsOwnRedis()
    if (skip) return { skip }
    await using fleet = await startFleet()
    const gateway = fleet.gateways[0]!
    const path = `/api/admin/sales/${await gateway.sale()}/audit`
    fleet.redis.signal('SIGKILL')
    await fleet.redis.exited
    return { name: 'GET /api/admin/sales/{saleId}/audit', reply: await gateway.look(path) }
  },

  async 'store-full'({ heard }) {
    using disk = smallDisk({ bytes: DISK_BYTES })
    if (disk === undefined) return { skip: 'needs Linux and root, to mount a small disk' }
    await using engine = await startEngine({ SECKILL_DATA: disk.folder }, heard)
    disk.fill()
    const reply = await eventually(
      () => ask(engine, PRODUCTS, product('x'.repeat(200))),
      ({ status }) => status !== 201,
    )
    return { name: PRODUCTS, reply }
  },
}
