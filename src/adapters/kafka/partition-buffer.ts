// Messages of one partition that have been fetched and are not committed, in their order. What cannot be
// read keeps its place among them; a message of an unknown version ends the buffer for good.

import { type OrderMessage, readMessage } from '../../domain/messages.ts'
import type { Records } from './records.ts'

export interface PartitionBuffer {
  readonly partition: number
  readonly next: bigint // from where to fetch more
  readonly entries: readonly Entry[]
  readonly stop: { offset: bigint; version: number } | undefined
  add(fetched: Records, nowMs: number): void
  drop(count: number): void // from the front
  moveTo(offset: bigint): void // where it asked, there is nothing
}

export type Entry = { offset: bigint; arrivedMs: number } & (
  | { message: OrderMessage }
  | { unreadable: { reason: string; text: string } }
)

export const partitionBuffer = (partition: number, from: bigint): PartitionBuffer => {
  const entries: Entry[] = []
  let next = from
  let stop: PartitionBuffer['stop']
  return {
    partition,
    entries,
    get next() {
      return next
    },
    get stop() {
      return stop
    },
    add(fetched, arrivedMs) {
      for (const { offset, value } of fetched.records) {
        if (offset < next) continue // of a batch that was fetched before
        const text = value?.toString() ?? ''
        const read = readMessage(text)
        if (read.result === 'unknown-version') {
          stop = { offset, version: read.version }
          return
        }
        const at = { offset, arrivedMs }
        if (read.result === 'message') entries.push({ ...at, message: read.message })
        else entries.push({ ...at, unreadable: { reason: read.reason, text } })
        next = offset + 1n
      }
      if (fetched.next > next) next = fetched.next
    },
    drop: (count) => void entries.splice(0, count),
    moveTo(offset) {
      next = offset
    },
  }
}

// The messages at the front, up to `max`.
export const frontOf = ({ entries }: PartitionBuffer, max: number): OrderMessage[] => {
  const messages: OrderMessage[] = []
  for (const entry of entries) {
    if (messages.length === max || !('message' in entry)) break
    messages.push(entry.message)
  }
  return messages
}
