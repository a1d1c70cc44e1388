// Who was told to come again, and when: a list for each millisecond, and a cursor that moves over them.

export const comingBack = <Asker extends { plannedMs: number }>() => {
  const lists = new Map<number, Asker[]>()
  let cursorMs = Infinity
  let length = 0
  return {
    length: () => length,
    plan(asker: Asker) {
      const slot = Math.ceil(asker.plannedMs)
      const list = lists.get(slot)
      if (list) list.push(asker)
      else lists.set(slot, [asker])
      cursorMs = Math.min(cursorMs, slot)
      length += 1
    },
    due(atMs: number): Asker[] {
      const due: Asker[] = []
      for (; length > due.length && cursorMs <= atMs; cursorMs += 1) {
        due.push(...(lists.get(cursorMs) ?? []))
        lists.delete(cursorMs)
      }
      length -= due.length
      if (length === 0) cursorMs = Infinity
      return due
    },
  }
}
