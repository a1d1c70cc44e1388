// Fills the buffers of the partitions that a worker has, as long as it has them: from every broker that
// leads some of them at the same time, and never more of a partition than a worker will soon take. A
// broker that is silent holds up no other.

import type { Consumer } from '@platformatic/kafka'
import type { Bell } from '../bell.ts'
import { byLeader, type FetchAt, fetchFrom } from './fetch.ts'
import type { PartitionBuffer } from './partition-buffer.ts'
import type { Progress } from './progress.ts'
import type { TopicPlace } from './publishing.ts'
import { recordsFrom, type SentPartition } from './records.ts'
import type { RenewedClient } from './renewed-client.ts'

export interface Fetching {
  place: TopicPlace
  clientOf: (node: number | 'any') => RenewedClient<Consumer>
  buffers: Map<number, PartitionBuffer>
  existing: Progress['existing']
  room: Bell // rings when something was taken out of a buffer
  arrived: () => void
  failed: (cause: unknown) => void
  worked: () => void
  signal: AbortSignal // aborted: the partitions are no longer ours
}

const BUFFERED_MAX = 2000 // messages of one partition; then no more of it is fetched
const PARTITION_BYTES = 524_288
const BYTES = 8_388_608
const WAIT_MS_MAX = 500
const WAIT_SHORTLY_MS = 20
const TRY_AGAIN_MS = 100

export const keepFetching = async (of: Fetching): Promise<void> => {
  const { place, clientOf, buffers, room, failed, signal } = of
  const busy = new Map<number, Promise<void>>()
  let isStale = false
  while (!signal.aborted) {
    const offsets = wanted(buffers)
    try {
      const asked = { topics: [place.topic], forceUpdate: isStale }
      const cluster = await clientOf('any').use(place.timeoutMs, (client) => client.metadata(asked))
      isStale = false
      for (const [node, mine] of byLeader(cluster, { topic: place.topic, offsets })) {
        if (busy.has(node) || signal.aborted) continue
        const fetching = fetchOnce(of, { cluster, node, offsets: mine })
          .catch((cause: unknown) => {
            isStale = true
            return rest(of, cause)
          })
          .finally(() => busy.delete(node))
        busy.set(node, fetching)
      }
    } catch (cause) {
      failed(cause)
    }
    await Promise.race([...busy.values(), room.wait({ ms: TRY_AGAIN_MS, signal })])
  }
  await Promise.all(busy.values())
}

const wanted = (buffers: Map<number, PartitionBuffer>): Map<number, bigint> => {
  const open = [...buffers.values()].filter(
    ({ entries, stop }) => entries.length < BUFFERED_MAX && stop === undefined,
  )
  return new Map(open.map(({ partition, next }) => [partition, next]))
}

const fetchOnce = async (
  { place, clientOf, buffers, arrived, worked, signal }: Fetching,
  { cluster, node, offsets }: Pick<FetchAt, 'cluster' | 'node' | 'offsets'>,
) => {
  const { topic, timeoutMs } = place
  // A partition that has no room now may have some soon, and is asked for with the next request only.
  const isFull = offsets.size < buffers.size
  const waitMs = isFull ? WAIT_SHORTLY_MS : Math.min(WAIT_MS_MAX, timeoutMs / 2)
  const limits = { partitionBytesMax: PARTITION_BYTES, bytesMax: BYTES, waitMs }
  const sent = await clientOf(node).use(timeoutMs * 2, (client) =>
    fetchFrom(client, { topic, cluster, node, offsets, ...limits }),
  )
  worked()
  if (signal.aborted) return
  for (const partition of sent) {
    const buffer = buffers.get(partition.partitionIndex)
    if (buffer) buffer.add(recordsFrom(partition, buffer.next), performance.now())
  }
  if (sent.some(({ records }) => records?.length)) arrived()
}

// Before the next try. That a broker does not have a place is no proof that the topic has not.
const rest = async ({ buffers, existing, failed, room, signal }: Fetching, cause: unknown) => {
  failed(cause)
  const lost = outOfRange(cause).flatMap(({ partitionIndex }) => buffers.get(partitionIndex) ?? [])
  if (lost.length > 0) {
    const places = new Map(lost.map(({ partition, next }) => [partition, next]))
    for (const [one, place] of await existing(places).catch(() => []))
      buffers.get(one)?.moveTo(place)
  }
  await room.wait({ ms: TRY_AGAIN_MS, signal })
}

const OFFSET_OUT_OF_RANGE = 1

interface Refused {
  response?: { responses?: { partitions: SentPartition[] }[] }
}

const outOfRange = (error: unknown): SentPartition[] => {
  const { response } = ((error as Error).cause ?? {}) as Refused
  const partitions = response?.responses?.flatMap((topic) => topic.partitions) ?? []
  return partitions.filter(({ errorCode }) => errorCode === OFFSET_OUT_OF_RANGE)
}
