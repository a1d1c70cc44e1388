// News that concern every gateway (a sale was made, paused, closed …): appended by whoever changed
// something, read by all. A change names what to read again; it does not carry the new value, so
// reading one twice or late is harmless. Old news go: a reader that stayed away for long is told that it
// has missed some, and reads everything again.

import type { SaleId } from '../domain/ids.ts'

export interface Changes {
  append(changes: Change[]): Promise<void>
  // Where the news end now: what a process that has just read everything starts from.
  end(): Promise<ChangesCursor>
  readSince(cursor: ChangesCursor): Promise<News>
}

export interface News {
  changes: Change[]
  cursor: ChangesCursor
  missed: boolean // some news after the cursor asked for are gone: start again from `end`
}

export type Change = { kind: 'sale'; saleId: SaleId } | { kind: 'blocklist' }

export type ChangesCursor = string
