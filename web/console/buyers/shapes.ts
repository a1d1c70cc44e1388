// What the API says is kept about a buyer.

export interface Counts {
  sessions: number
  entries: number
  inTransit: number
  orders: number
  payments: number
  blocks: number
}

export interface Buyer {
  buyerId: string
  account?: { name?: string; subject?: string; createdAt: string; erasedAt?: string }
  counts: Counts
}

export interface Erased {
  kept: { what: keyof Counts; count: number }[]
}
