// The names of tables of which there are many, and statements over all order tables of a database.

export const shardDigits = (shard: number): string => String(shard).padStart(3, '0')

export const databaseDigits = (place: number): string => String(place).padStart(2, '0')

export const ordersTable = (shard: number): string => `orders_${shardDigits(shard)}`

export const outboxTable = (place: number): string => `outbox_${databaseDigits(place)}`
