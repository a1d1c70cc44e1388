// A map that remembers in which order its entries came, and can be read in pages from any place on. The
// embedded engine keeps what buyers hold in one, and what is in transit in another.
//
// Places only grow. A cursor stays good while entries come and go: going on from it misses none that
// stays, and shows none twice.

export interface PagedMap<Key, Value> {
  size(): number
  get(key: Key): Value | undefined
  // For a key that is not there.
  add(key: Key, value: Value): void
  // A key that is there keeps its place.
  set(key: Key, value: Value): void
  // The place it had; undefined when it was not there.
  delete(key: Key): number | undefined
  // Puts what was deleted back where it was. Slow.
  restore(key: Key, of: { value: Value; place: number }): void
  // The first `limit` values after a place, and the place to go on from; undefined: the last page.
  page(of: { after: number; limit: number }): { values: Value[]; next: number | undefined }
  values(): Value[]
  first(): number | undefined // the lowest place there is
  last(): number // the place that was given last
}

export const BEFORE_ALL = 0

interface Entry<Value> {
  place: number
  value: Value
  gone: boolean
}

export const pagedMap = <Key, Value>(): PagedMap<Key, Value> => {
  const entries = new Map<Key, Entry<Value>>()
  let list: Entry<Value>[] = [] // by place, some of them gone
  let given = BEFORE_ALL

  const add = (key: Key, value: Value) => {
    given += 1
    const entry = { place: given, value, gone: false }
    entries.set(key, entry)
    list.push(entry)
  }

  return {
    size: () => entries.size,
    get: (key) => entries.get(key)?.value,
    add,
    set(key, value) {
      const known = entries.get(key)
      if (known) known.value = value
      else add(key, value)
    },
    delete(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entry.gone = true
      entries.delete(key)
      list = swept(list, entries.size)
      return entry.place
    },
    restore(key, { value, place }) {
      const entry = { place, value, gone: false }
      entries.set(key, entry)
      list = [...list.filter((one) => one.place !== place), entry]
      list.sort((a, b) => a.place - b.place)
    },
    page: (of) => pageOf(list, of),
    values: () => pageOf(list, { after: BEFORE_ALL, limit: Infinity }).values,
    first: () => list.find(({ gone }) => !gone)?.place,
    last: () => given,
  }
}

// Entries that are gone stay in the list until they are the most of it.
const GONE_MIN = 256

const swept = <Value>(list: Entry<Value>[], size: number): Entry<Value>[] => {
  const gone = list.length - size
  return gone > GONE_MIN && gone > size ? list.filter((entry) => !entry.gone) : list
}

const pageOf = <Value>(list: Entry<Value>[], of: { after: number; limit: number }) => {
  const values: Value[] = []
  for (let at = indexAfter(list, of.after); at < list.length; at += 1) {
    const { gone, value, place } = list[at]!
    if (gone) continue
    values.push(value)
    if (values.length === of.limit) return { values, next: place }
  }
  return { values, next: undefined }
}

// The index of the first entry after this place.
const indexAfter = <Value>(list: Entry<Value>[], place: number): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]!.place > place) high = middle
    else low = middle + 1
  }
  return low
}
