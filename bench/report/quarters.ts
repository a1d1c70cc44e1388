// Whether something grew: the median of the last quarter of a soak beside that of the second. The first is
// left out, in which caches fill.

import { median } from './result.ts'

export interface Quarters {
  second: number
  last: number
  ratio: number
  met: boolean
}

export const GROWS_MAX = 0.05

// Of samples in the order of time, at least four. What is counted in ones may differ by one: the connection
// that a pool of fourteen opens at its busiest moment is no growth.
export const quartersOf = (values: number[], of: 'ones' | 'amounts'): Quarters => {
  const quarter = values.length / 4
  const [second, last] = [1, 3].map((at) =>
    median(values.slice(Math.floor(at * quarter), Math.floor((at + 1) * quarter))),
  ) as [number, number]
  const ratio = second === 0 ? (last === 0 ? 1 : Infinity) : last / second
  const met = ratio <= 1 + GROWS_MAX || (of === 'ones' && last - second <= 1)
  return { second, last, ratio: Math.round(ratio * 1000) / 1000, met }
}
