// How fast orders were recorded, from the instants in the ledger: every batch has one, at which it was
// decided. The last batch ended after its instant, so only the time before it is known.

export interface RecordedAt {
  atMs: number
  orders: number
}

// Orders a second; in any order, several batches may have one instant.
export const recordedRate = (batches: RecordedAt[]): number => {
  const ordered = batches.toSorted((a, b) => a.atMs - b.atMs)
  const [first, last] = [ordered.at(0), ordered.at(-1)]
  if (first === undefined || first.atMs === last!.atMs)
    throw new Error('one batch says nothing about how fast batches are recorded')
  const before = ordered.slice(0, -1).reduce((sum, { orders }) => sum + orders, 0)
  return (before / (last!.atMs - first.atMs)) * 1000
}
