// What a broker has sent of one partition. It sends whole batches, so there may be records before the
// place that was asked for; and a batch that has none still takes up places.

import type { fetchV17 } from '@platformatic/kafka'

export type SentPartition = fetchV17.FetchResponsePartition

export interface KafkaRecord {
  offset: bigint
  value: Buffer | null
  atMs: number // when it was sent, as its sender stamped it
}

export interface Records {
  records: KafkaRecord[]
  next: bigint // from where to ask for more
}

const CONTROL = 0x20 // Kafka's own marks

export const recordsFrom = (sent: SentPartition, from: bigint): Records => {
  const records: KafkaRecord[] = []
  let next = from
  for (const batch of sent.records ?? []) {
    const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
    if (end > next) next = end
    if (batch.attributes & CONTROL) continue
    for (const { offsetDelta, timestampDelta, value } of batch.records) {
      const offset = batch.firstOffset + BigInt(offsetDelta)
      const atMs = Number(batch.firstTimestamp + timestampDelta)
      if (offset >= from) records.push({ offset, value, atMs })
    }
  }
  return { records, next }
}
