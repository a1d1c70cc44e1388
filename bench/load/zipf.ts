// Which of many is asked for, by Zipf's law with exponent 1: the k-th of them comes 1/k times as often as the
// first (https://en.wikipedia.org/wiki/Zipf%27s_law).

// Multiples of it, by what they are beyond a whole number, lie evenly between 0 and 1 however many there are:
// https://en.wikipedia.org/wiki/Low-discrepancy_sequence#Additive_recurrence
const GOLDEN = (Math.sqrt(5) - 1) / 2

// The one, from 0 on, of the attempt at that place.
export const zipf = (count: number): ((at: number) => number) => {
  const sums: number[] = [] // of all weights until then
  for (let k = 1; k <= count; k += 1) sums.push((sums.at(-1) ?? 0) + 1 / k)
  return (at) => firstAbove(sums, ((at * GOLDEN) % 1) * sums.at(-1)!)
}

const firstAbove = (sums: number[], value: number): number => {
  let [from, to] = [0, sums.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (sums[middle]! > value) to = middle
    else from = middle + 1
  }
  return from
}
