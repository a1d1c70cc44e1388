// Between decision and store: a message is durable before the buyer is told yes. At least once: a
// message may come again, out of order, and to two workers.
//
// Deliberately not in it: what a message means, deduplication, priorities, delays, and setting aside
// what can never be kept (dead-letters.ts).

import type { OrderMessage } from '../domain/messages.ts'

export interface OrderQueue {
  // Messages whose orders are kept in different places go in different lanes, so that a place that is
  // down holds up no other: a consumer may have one delivery of each lane. Absent: there is one lane.
  lanes?: readonly string[] | undefined
  // Resolves when all are durable. On an exception some may be; publishing again is harmless.
  publish(messages: OrderMessage[]): Promise<void>
  // The next messages, up to `max`; undefined when none came within `waitMs` or until the signal is
  // aborted. A consumer has one delivery of a lane at a time: one that takes again without having
  // committed gets those messages again. Two consumers never hold one message at once, except for a
  // moment where the queue has given the one up and does not know yet that it lives.
  take(at: QueueTake): Promise<Delivery | undefined>
  // What this process may not go on with: a message of a version it does not know stops its partition,
  // and no other. What is before it is delivered.
  stopped(): StoppedPartition[]
  // How many messages that cannot be read were buried as dead letters since this was last asked.
  setAside(): number
  // Where every partition ends now: everything whose publishing has resolved is before it. Opaque to
  // the caller.
  ends(): Promise<QueueEnds>
  // Have the workers committed everything before these ends?
  drained(ends: QueueEnds): Promise<boolean>
  lag(): Promise<QueueLag>
}

export interface QueueTake {
  max: number
  waitMs: number
  signal: AbortSignal
  lane?: string | undefined // only messages of this one
  consumer?: string // who takes, where a process has more than one of them
}

export interface Delivery {
  messages: OrderMessage[] // none twice within one delivery
  // Everything delivered is done: durable, and not delivered again. Also makes durable what the
  // store of the same technology has applied before it; rejects when any of that was undone, or when
  // somebody else is to deliver it now.
  commit(): Promise<void>
}

export interface StoppedPartition {
  partition: string
  at: string // what it stopped at, for a person to find it
  version: number // of that message
}

export type QueueEnds = Readonly<Record<string, string>> // partition → its end

export interface QueueLag {
  messages: number // not yet committed
  oldestAtMs: number | undefined // when the oldest of them was reserved
}
