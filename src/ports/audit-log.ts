// Who changed what, when and why. Whatever changes something writes its entry in its own transaction;
// this port only reads.

export interface AuditLog {
  // Newest first, from below the cursor on.
  list(at: AuditPage): Promise<AuditEntry[]>
}

export interface AuditPage {
  subject?: string | undefined // exactly this one, such as `sale 7`
  by?: string | undefined
  before?: string | undefined // an audit id
  limit: number
}

export interface AuditEntry {
  auditId: string
  atMs: number
  by: string
  change: string
  subject: string
  reason: string
  details: unknown // as JSON: what was changed to what
}
