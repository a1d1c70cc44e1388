// Messages that can never be recorded as they are, set aside with the reason. A letter has an id of its
// own, as a message that cannot be read has no order id.
//
// Deliberately not in it: reading a message, deciding it, putting it on the queue.

import type { OrderId } from '../domain/ids.ts'

export type DeadLetterId = string

export interface DeadLetters {
  // One of the same source that is there already is replaced, under a new id.
  bury(letters: NewDeadLetter[]): Promise<void>
  // Newest first, from below the cursor on.
  list(at: { before?: DeadLetterId | undefined; limit: number }): Promise<DeadLetter[]>
  read(deadLetterId: DeadLetterId): Promise<DeadLetter | undefined>
  // It is on the queue again: the letter goes, in one transaction with the entry in the audit log, which
  // is written in any case. One that was set aside anew meanwhile has another id, and stays.
  replayed(change: DeadLetterReplay): Promise<void>
}

export interface NewDeadLetter {
  source: string // where it came from: its order id or, where there is none to be read, its place
  orderId: OrderId | undefined
  message: string // as it was read
  reason: string
}

export interface DeadLetter extends NewDeadLetter {
  deadLetterId: DeadLetterId
  atMs: number
}

export interface DeadLetterReplay {
  letter: DeadLetter
  by: string
  reason: string // why it is put back
}
