// Which of the 256 order tables an order belongs to: by its id, 63 bits of which the eight above the
// lowest fourteen are the shard, and by its buyer.

export const SHARDS = 256

const BITS_BELOW = 14n

export const shardOf = (id: string): number => Number((BigInt(id) >> BITS_BELOW) % BigInt(SHARDS))

export const shardOfBuyer = (buyerId: string): number => Number(BigInt(buyerId) % BigInt(SHARDS))
