// First come, first served: an array whose front is cut off now and then.

const CUT_AT = 100_000

export interface Line<Asker> {
  length(): number
  add(asker: Asker): void
  first(): Asker
  removeFirst(): void
}

export const newLine = <Asker>(): Line<Asker> => {
  let askers: Asker[] = []
  let next = 0
  return {
    length: () => askers.length - next,
    add: (asker: Asker) => void askers.push(asker),
    first: () => askers[next]!,
    removeFirst() {
      next += 1
      if (next < CUT_AT) return
      askers = askers.slice(next)
      next = 0
    },
  }
}
