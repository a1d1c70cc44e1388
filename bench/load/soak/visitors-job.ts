// What the visitors of a soak are asked for, and what they report.

export interface VisitorsJob {
  url: string
  adminKey: string
  forMs: number
  perSecond: number // visits
  newSaleEveryMs: number
  seed: number
}

export interface VisitorsReport {
  sales: number // asked for; one that was refused is among the outcomes
  visits: number
  dropped: number // not begun, as too many were on their way
  outcomes: Record<string, number> // of all that was asked, by what it was and what came of it
  streams: number // opened and closed
  busyShare: number // of one core
}
