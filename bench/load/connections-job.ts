// What a holder of connections is asked for, one thing after the other, and what it reports each time.

export type ConnectionsJob = OpenJob | { job: 'look' } | { job: 'let-go' }

// Connections of three kinds, opened as fast as the server takes them.
export interface OpenJob {
  job: 'open'
  port: number
  silent: number // never say anything
  slow: number // say one byte of a header each second
  asking: number // ask every few seconds, and are silent in between
  request: string // that they ask with
}

export interface ConnectionsReport {
  open: number
  asked: number
  answered: number
  closed: Record<'silent' | 'slow' | 'asking', number> // by the server
  closedAfterMs: Record<'silent' | 'slow', number> // the longest that one of them was open
}
