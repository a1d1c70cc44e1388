// A broker that led a partition before comes back, with a shorter log, and does not know that another one
// leads. Its word must not send a worker back to what it recorded days ago.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBell } from '../../src/adapters/bell.ts'
import { unreachable } from '../../src/adapters/kafka/fault.ts'
import { type Fetching, keepFetching } from '../../src/adapters/kafka/fetching.ts'
import { partitionBuffer } from '../../src/adapters/kafka/partition-buffer.ts'
import { progress } from '../../src/adapters/kafka/progress.ts'

const PLACE = { topic: 'orders', partitions: 1, brokers: ['a:1'], timeoutMs: 1000 }

const CLUSTER = {
  brokers: new Map([[1, {}]]),
  topics: new Map([['orders', { id: 'x', partitions: [{ leader: 1, leaderEpoch: 6 }] }]]),
}

interface Fetch {
  topics: { partitions: { fetchOffset: bigint; currentLeaderEpoch: number }[] }[]
}

// The first fetch is refused; what the next one asks for, once it has been answered.
const fetchAfterRefusal = async (existing: Fetching['existing']) => {
  const ending = new AbortController()
  const asked: Fetch[] = []
  const client = {
    metadata: async () => CLUSTER,
    async fetch(of: Fetch) {
      if (asked.push(of) > 1) return (ending.abort(), { responses: [] })
      const partitions = [{ partitionIndex: 0, errorCode: 1 }]
      throw Object.assign(new Error('out of range'), { response: { responses: [{ partitions }] } })
    },
  }
  const use = (_: number, ask: (one: typeof client) => Promise<unknown>) =>
    ask(client).catch((cause: unknown) => {
      throw unreachable(cause, PLACE.brokers)
    })
  await keepFetching({
    place: PLACE,
    clientOf: () => ({ use }) as never,
    buffers: new Map([[0, partitionBuffer(0, 1000n)]]),
    room: newBell(),
    existing,
    arrived: () => undefined,
    failed: () => undefined,
    worked: () => undefined,
    signal: ending.signal,
  })
  return asked[1]!.topics[0]!.partitions[0]!
}

test('a fetch names the leadership it is meant for', async () => {
  const { currentLeaderEpoch } = await fetchAfterRefusal(async (places) => places)
  assert.equal(currentLeaderEpoch, 6)
})

test('a place that one broker does not have is asked for again where the topic has it', async () => {
  const { fetchOffset } = await fetchAfterRefusal(async (places) => places)
  assert.equal(fetchOffset, 1000n)
})

test('a place that the topic does not have is left', async () => {
  const { fetchOffset } = await fetchAfterRefusal(async () => new Map([[0, 7n]]))
  assert.equal(fetchOffset, 7n)
})

// Over a topic from 7 to `named`, as the broker says that is asked first, and to `end` for sure.
const existing = async (place: bigint, { named, end }: { named: bigint; end: string }) => {
  const client = {
    listOffsets: async ({ timestamp }: { timestamp: bigint }) =>
      new Map([['orders', [timestamp === -2n ? 7n : named]]]),
  }
  const use = (_: number, ask: (one: typeof client) => Promise<unknown>) => ask(client)
  const ends = async () => ({ 0: end })
  const { existing: of } = progress({ place: PLACE, groupId: 'g', reader: { use } as never, ends })
  return (await of(new Map([[0, place]]))).get(0)
}

test('of a place beyond the end that one broker names, all are asked', async () => {
  assert.equal(await existing(1000n, { named: 990n, end: '1000' }), 1000n)
})

test('of a topic that was rolled back everything is delivered again', async () => {
  assert.equal(await existing(1000n, { named: 990n, end: '990' }), 7n)
})

test('what the topic no longer has is passed over', async () => {
  assert.equal(await existing(3n, { named: 990n, end: '990' }), 7n)
})
