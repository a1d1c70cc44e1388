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

// Of samples in the order of time, at least four.
export const quartersOf = (values: number[]): Quarters => {
  const quarter = values.length / 4
  const [second, last] = [1, 3].map((at) =>
    median(values.slice(Math.floor(at * quarter), Math.floor((at + 1) * quarter))),
  ) as [number, number]
  const ratio = second === 0 ? (last === 0 ? 1 : Infinity) : last / second
  return { second, last, ratio: Math.round(ratio * 1000) / 1000, met: ratio <= 1 + GROWS_MAX }
}
