// What a worker has from one change of the group to the next: its partitions, what it has fetched of
// them, and the one delivery that is out. When it ends all of that is dropped; what was not committed is
// fetched again by whoever has the partition then.
//
// A delivery takes whole what is there of the partition whose first message has waited longest, then of
// the next, up to its limit: so under load it falls on few tables, when little comes it is not smaller
// than it has to be, and no partition waits for ever.

import { EngineError } from '../../domain/errors.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import type { DeadLetters, NewDeadLetter } from '../../ports/dead-letters.ts'
import type { Delivery, QueueTake, StoppedPartition } from '../../ports/order-queue.ts'
import { newBell } from '../bell.ts'
import { CHANGED } from './fault.ts'
import { type Fetching, keepFetching } from './fetching.ts'
import type { Assignment } from './membership.ts'
import { type Entry, frontOf, partitionBuffer, type PartitionBuffer } from './partition-buffer.ts'
import type { Lanes } from './lanes.ts'
import type { Progress } from './progress.ts'

export interface TenureDeps extends Pick<
  Fetching,
  'place' | 'clientOf' | 'arrived' | 'failed' | 'worked'
> {
  bury: DeadLetters['bury']
  lanes: Lanes
  progress: Progress
}

export interface Tenure {
  next(at: Pick<QueueTake, 'lane' | 'max'>): Promise<Delivery | undefined>
  stopped(): StoppedPartition[]
  end(): Promise<void>
}

interface Taken {
  messages: OrderMessage[]
  parts: { buffer: PartitionBuffer; count: number }[]
}

const TRY_AGAIN_MS = 100

export const startTenure = (deps: TenureDeps, assignment: Assignment): Tenure => {
  const ending = new AbortController()
  const { signal } = ending
  const buffers = new Map<number, PartitionBuffer>()
  const room = newBell()
  const { topic } = deps.place
  const out = new Map<string | undefined, Taken>() // of each lane
  const running = fill(deps, { assignment, buffers, room, signal })

  // From the front of these buffers, whose entries have been dealt with.
  const drop = async (parts: Taken['parts']) => {
    const offsets = parts.map(({ buffer, count }) => endOf(buffer, count))
    await deps.progress.commit({ ...assignment, offsets: new Map(offsets) })
    for (const { buffer, count } of parts) buffer.drop(count)
    room.ring()
  }

  const commit = async (lane: string | undefined, taken: Taken) => {
    if (signal.aborted) throw lost()
    if (out.get(lane) !== taken) return // committed before
    await drop(taken.parts)
    out.delete(lane)
  }

  const setAside = async (mine: PartitionBuffer[]) => {
    const parts = mine.flatMap(unreadableFront)
    if (parts.length === 0) return
    await deps.bury(parts.flatMap(({ letters }) => letters(topic)))
    await drop(parts)
  }

  return {
    async next({ lane, max }) {
      const mine = [...buffers.values()].filter(({ partition }) => deps.lanes.has(lane, partition))
      if (!out.has(lane)) await setAside(mine)
      const taken = out.get(lane) ?? pick(mine, max)
      if (!taken) return undefined
      out.set(lane, taken)
      return { messages: taken.messages, commit: () => commit(lane, taken) }
    },
    stopped: () => [...buffers.values()].flatMap((buffer) => stoppedAt(topic, buffer)),
    async end() {
      ending.abort()
      await running
    },
  }
}

const fill = async (
  deps: TenureDeps,
  of: Pick<Fetching, 'buffers' | 'room' | 'signal'> & { assignment: Assignment },
) => {
  const { assignment, buffers, room, signal } = of
  while (!signal.aborted)
    try {
      const positions = await deps.progress.positions(assignment.partitions)
      for (const [one, from] of positions) buffers.set(one, partitionBuffer(one, from))
      const { existing } = deps.progress
      return await keepFetching({ ...deps, existing, buffers, room, signal })
    } catch (cause) {
      deps.failed(cause)
      await room.wait({ ms: TRY_AGAIN_MS, signal })
    }
}

const endOf = ({ partition, entries }: PartitionBuffer, count: number): [number, bigint] => [
  partition,
  entries[count - 1]!.offset + 1n,
]

const pick = (mine: PartitionBuffer[], max: number): Taken | undefined => {
  const waiting = mine.filter(({ entries }) => entries.length > 0)
  waiting.sort((a, b) => a.entries[0]!.arrivedMs - b.entries[0]!.arrivedMs)
  const messages = new Map<string, OrderMessage>()
  const parts: Taken['parts'] = []
  let left = max
  for (const buffer of waiting) {
    const front = frontOf(buffer, left)
    if (front.length === 0) continue
    for (const message of front) messages.set(message.orderId, message)
    parts.push({ buffer, count: front.length })
    left -= front.length
    if (left === 0) break
  }
  return parts.length === 0 ? undefined : { messages: [...messages.values()], parts }
}

// What cannot be read, and has nothing before it that is still to be recorded.
const unreadableFront = (buffer: PartitionBuffer) => {
  const readable = buffer.entries.findIndex((entry) => 'message' in entry)
  const count = readable < 0 ? buffer.entries.length : readable
  if (count === 0) return []
  const letters = (topic: string) =>
    buffer.entries.slice(0, count).map((entry) => letterOf(entry, placeOf(topic, buffer, entry)))
  return [{ buffer, count, letters }]
}

const TEXT_MAX = 65_536 // characters; what is no order need not be kept whole

const letterOf = (entry: Entry, source: string): NewDeadLetter => {
  const { reason, text } = 'unreadable' in entry ? entry.unreadable : { reason: '', text: '' }
  return { source, orderId: undefined, message: text.slice(0, TEXT_MAX), reason }
}

const placeOf = (topic: string, { partition }: PartitionBuffer, { offset }: { offset: bigint }) =>
  `${topic}/${partition}/${offset}`

const stoppedAt = (topic: string, buffer: PartitionBuffer): StoppedPartition[] => {
  const { partition, stop } = buffer
  if (!stop) return []
  return [{ partition: `${partition}`, at: placeOf(topic, buffer, stop), version: stop.version }]
}

const lost = () => new EngineError('QUEUE_UNREACHABLE', { message: CHANGED })
