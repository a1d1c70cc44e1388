// What a view is given: what the address names, where to show itself, and when nobody looks any more.

export interface View {
  ids: string[] // from the address
  signal: AbortSignal
  show(title: string, ...children: Node[]): void // a heading among them takes the focus
}

// A page of its own.
export const saleAddress = (saleId: string) => `/sales/${saleId}/`

// Shown on whichever page one is.
export const orderAddress = ({ saleId, orderId }: { saleId: string; orderId: string }) =>
  `#/sales/${saleId}/orders/${orderId}`

// Work that goes on beside: it ends silently when nobody looks any more.
export const beside = (signal: AbortSignal, work: Promise<unknown>) => {
  work.catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
