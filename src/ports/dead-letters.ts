// Messages that can never be recorded as they are, set aside by the order queue with the reason.
// Putting one back is a change like any other: in one transaction with its entry in the audit log.
//
// Deliberately not in it: setting aside (the queue's), deciding (the ledger's).

import type { OrderId } from '../domain/ids.ts'

export interface DeadLetters {
  // Newest order first, from below the cursor on.
  list(at: { before?: OrderId | undefined; limit: number }): Promise<DeadLetter[]>
  // Back on the queue, where it is decided like any other message. False when there is none such, or
  // when its sale was deleted.
  replay(change: { orderId: OrderId; by: string; reason: string }): Promise<boolean>
}

export interface DeadLetter {
  orderId: OrderId
  reason: string
  atMs: number
  message: string // as it was read, whether or not it can be understood
}
