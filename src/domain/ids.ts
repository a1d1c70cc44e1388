// Ids are decimal strings everywhere outside the database. An order id says when it was made, whose
// shard it belongs to and which process made it, so nobody has to look any of these up.

export type SaleId = string
export type BuyerId = string
export type OrderId = string
export type ProductId = string
export type EntryId = string

export const SHARDS = 256
export const NODES = 1024
const SEQUENCES = 16
const ID_MAX = 2n ** 63n - 1n

// 2025-01-01T00:00:00Z: 41 bits of milliseconds last until 2094.
export const ID_EPOCH_MS = 1_735_689_600_000

// An order id: 63 bits = 41 ms since 2025 | 8 shard of the buyer | 10 node | 4 sequence.
export const orderId = (parts: OrderIdParts): OrderId =>
  String(
    (BigInt(parts.createdAtMs - ID_EPOCH_MS) << 22n) |
      BigInt((parts.shard << 14) | (parts.node << 4) | parts.sequence),
  )

export interface OrderIdParts {
  createdAtMs: number
  shard: number
  node: number
  sequence: number
}

export const readOrderId = (id: OrderId): OrderIdParts => {
  const bits = BigInt(id)
  const low = Number(bits & 0x3fffffn)
  return {
    createdAtMs: Number(bits >> 22n) + ID_EPOCH_MS,
    shard: low >> 14,
    node: (low >> 4) & 0x3ff,
    sequence: low & 0xf,
  }
}

// The smallest order id that can have been made at or after this instant.
export const firstOrderIdAt = (atMs: number): OrderId =>
  orderId({ createdAtMs: Math.max(atMs, ID_EPOCH_MS), shard: 0, node: 0, sequence: 0 })

// 256 divides 10⁸, so the last eight digits of a buyer id decide its shard.
export const shardOf = (buyerId: BuyerId): number => Number(buyerId.slice(-8)) % SHARDS

// Decimal, 1 … 2⁶³−1, without sign, spaces or leading zeros: one spelling per id.
export const isId = (text: string): boolean =>
  /^[1-9][0-9]{0,18}$/.test(text) && (text.length < 19 || BigInt(text) <= ID_MAX)

// What to look an id up by in a large map. V8 interns every string that it looks up, which costs more
// than the look-up itself (0.4 µs); a number costs nothing. Ids of up to 15 digits are exact as numbers,
// and no id has two spellings, so no two ids share a key.
export type IdKey = number | string
export const idKey = (id: string): IdKey => (id.length < 16 ? Number(id) : id)

// A process that may make ids: its node id, and the end of its lease of it. From then on the node id
// may be another process's.
export interface IdNode {
  nodeId: number
  untilMs: number
}

// Hands out order ids, never one twice. Sixteen per shard and millisecond; when they are used up it
// borrows from the next millisecond, at most `aheadMsMax`, and then has none (undefined), like a
// process without a lease.
export const orderIds = (node: () => IdNode | undefined, aheadMsMax = 1000) => {
  const lastMs = new Float64Array(SHARDS)
  const lastSequence = new Uint8Array(SHARDS)
  return (buyerId: BuyerId, nowMs: number): OrderId | undefined => {
    const shard = shardOf(buyerId)
    let createdAtMs = nowMs
    let sequence = 0
    if (lastMs[shard]! >= nowMs) {
      const full = lastSequence[shard] === SEQUENCES - 1
      createdAtMs = full ? lastMs[shard]! + 1 : lastMs[shard]!
      sequence = full ? 0 : lastSequence[shard]! + 1
    }
    const lease = node()
    if (!lease || createdAtMs >= lease.untilMs || createdAtMs > nowMs + aheadMsMax) return undefined
    lastMs[shard] = createdAtMs
    lastSequence[shard] = sequence
    return orderId({ createdAtMs, shard, node: lease.nodeId, sequence })
  }
}

export type OrderIds = ReturnType<typeof orderIds>
