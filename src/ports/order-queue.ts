// Between decision and store: a message is durable before the buyer is told yes. At least once: a
// message may come again, out of order, and to two workers.
//
// Deliberately not in it: what a message means, deduplication, priorities, delays.

import type { OrderMessage } from '../domain/messages.ts'

export interface OrderQueue {
  // Resolves when all are durable. On an exception some may be; publishing again is harmless.
  publish(messages: OrderMessage[]): Promise<void>
  // The next messages of one partition, up to `max`; undefined when none came within `waitMs` or until
  // the signal is aborted. A consumer has one delivery at a time: one that takes again without having
  // committed gets those messages again. Two consumers never hold one message at once.
  take(at: QueueTake): Promise<Delivery | undefined>
  // A message that can never be kept: set aside with its reason, and replayable.
  bury(message: OrderMessage, reason: string): Promise<void>
  // Where every partition ends now. Opaque to the caller.
  ends(): Promise<QueueEnds>
  // Have the workers committed everything before these ends?
  drained(ends: QueueEnds): Promise<boolean>
  lag(): Promise<QueueLag>
}

export interface QueueTake {
  max: number
  waitMs: number
  signal: AbortSignal
  consumer?: string // who takes, where a process has more than one of them
}

export interface Delivery {
  messages: OrderMessage[] // none twice within one delivery
  // Everything delivered is done: durable, and not delivered again. Also makes durable what the
  // store of the same technology has applied before it; rejects when any of that was undone.
  commit(): Promise<void>
}

export type QueueEnds = Readonly<Record<string, string>> // partition → its end

export interface QueueLag {
  messages: number // not yet committed
  oldestAtMs: number | undefined // when the oldest of them was reserved
}
