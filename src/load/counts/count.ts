// Counts by name.

export type Counts = Map<string, number>

export const count = (counts: Counts, name: string) => addCount(counts, name, 1)

export const addCounts = (into: Counts, from: Counts) => {
  for (const [name, times] of from) addCount(into, name, times)
}

const addCount = (counts: Counts, name: string, times: number) =>
  counts.set(name, (counts.get(name) ?? 0) + times)
