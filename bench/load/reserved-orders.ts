// What gateways leave behind when all of their orders wait to be recorded: sales that are open in the
// engine, units that are held and in transit, and the messages on the queue. Through the real ports, and
// in publishes of the size that a gateway has.

import assert from 'node:assert/strict'
import { readConfig } from '../../src/config.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { createSale } from '../../src/flows/operators/create-sale.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { wire } from '../../src/processes/wire.ts'
import type { OrderRange } from './mysql-job.ts'
import { orderMessage } from './order-batches.ts'
import { mixed } from './requests.ts'

export type ClusterPorts = Omit<Ports, 'provider'>

export const openPorts = async (settings: Record<string, string>) => {
  const { ports, stop } = await wire(readConfig({ ...settings, ...PATIENT }, '/nowhere'))
  return { ports, [Symbol.asyncDispose]: stop }
}

const PATIENT = { SECKILL_QUEUE_TIMEOUT_MS: '10000' }

const REBUILD = { drainPollMs: 20, loadChunk: 500, holder: 'bench', leaseMs: 10_000 }
const OPENS_WITHIN_MS = 30_000

// Open when it resolves.
export const openSale = async (ports: ClusterPorts, stock: number): Promise<SaleId> => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const made = { ...product, picture: undefined, description: undefined }
  const { productId } = await ports.catalog.createProduct(made, 'bench')
  const nowMs = ports.clock.nowMs()
  const terms = { title: 'A sale', price: 99_900, currency: 'CNY', stock }
  const window = { startsAtMs: nowMs - 1000, endsAtMs: nowMs + 3_600_000 }
  const signal = AbortSignal.timeout(OPENS_WITHIN_MS)
  const created = await createSale(ports, {
    draft: { productId, ...terms, ...window },
    by: 'bench',
    rebuild: { ...REBUILD, signal },
  })
  assert.equal(created.result, 'created')
  const { sale } = created
  while ((await lookAfter(ports, sale, { ...REBUILD, signal })) !== 'well') signal.throwIfAborted()
  return sale.saleId
}

const RESERVE = 256 // attempts a call
const PUBLISH = 256 // messages
const GATEWAYS = 8 // that publish at once

export const reserveAndPublish = async (
  ports: ClusterPorts,
  { saleIds, orders }: { saleIds: SaleId[]; orders: OrderRange },
): Promise<void> => {
  const numbers = mixed({ first: orders.from, count: orders.count }, undefined)
  const messages = numbers.map((number) => orderMessage(saleIds, number))
  for (const [saleId, own] of Map.groupBy(messages, (message) => message.saleId))
    for (const attempts of chunksOf(own, RESERVE)) await reserve(ports, { saleId, attempts })
  const chunks = chunksOf(messages, PUBLISH).values()
  const gateway = async () => {
    for (const chunk of chunks) await ports.queue.publish(chunk)
  }
  await Promise.all(Array.from({ length: GATEWAYS }, gateway))
}

const reserve = async (
  { stock }: ClusterPorts,
  { saleId, attempts }: { saleId: SaleId; attempts: OrderMessage[] },
) => {
  const { answers } = await stock.reserve({ saleId, segments: 1, segment: 0, attempts })
  const other = answers.find(({ answer }) => answer !== 'taken')
  assert(other === undefined, JSON.stringify(other))
}

const chunksOf = <One>(all: One[], size: number): One[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  )
