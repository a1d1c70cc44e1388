// The value that so many in a hundred do not exceed.

import assert from 'node:assert/strict'

export const percentile = (values: number[], share: number): number => {
  assert(values.length > 0 && share > 0 && share <= 100)
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length * share) / 100) - 1]!
}
