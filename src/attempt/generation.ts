// What came up within one window of time, by group and key. Two of them follow each other: what was silent
// for a whole window is in neither, and nothing has to be looked for to be forgotten.

// Of the ids, what `idKey` makes of them: numbers are found faster.
export type WindowKey = string | number

export interface Generation<Value> {
  size(): number // keys
  get(group: string, key: WindowKey): Value | undefined
  set(group: string, key: WindowKey, value: Value): void
}

// Group and key are looked up one after the other, never joined: the join would cost more than all the rest.
export const generation = <Value>(): Generation<Value> => {
  const groups = new Map<string, Map<WindowKey, Value>>()
  let keys = 0
  return {
    size: () => keys,
    get: (group, key) => groups.get(group)?.get(key),
    set(group, key, value) {
      let known = groups.get(group)
      if (known === undefined) groups.set(group, (known = new Map()))
      const before = known.size
      known.set(key, value)
      keys += known.size - before
    },
  }
}
