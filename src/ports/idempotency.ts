// What became of an operator's writes, by the operator's own keys, for whoever asks again because no
// answer came. Kept for a day at least (retention.ts deletes the old ones).
//
// Deliberately not in it: that an effect counts once when the process died before the answer was kept.
// Only the effect's own transaction can know that: see `restock` of the ledger.

export interface Idempotency {
  // Notes that a request begins, or says what is known of its key.
  begin(request: KeyedRequest): Promise<KnownRequest>
  // Keeps the answer. The first one stays.
  keepAnswer(of: RequestKey & { answer: KeptAnswer }): Promise<void>
  // Nothing has come of the request: as if it had never begun.
  abandon(key: RequestKey): Promise<void>
}

export interface RequestKey {
  operator: string
  key: string
}

export interface KeyedRequest extends RequestKey {
  fingerprint: string // of everything that was asked
}

export interface KeptAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export type KnownRequest =
  | { result: 'begun' } // by this call
  | { result: 'answered'; answer: KeptAnswer }
  | { result: 'unanswered' } // it is running, or was cut off
  | { result: 'other-request' } // the key was sent with something else
