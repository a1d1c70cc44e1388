// Until when each of very many keys holds; a key is so many words of 32 bits. It is a hash table in typed
// arrays: a look-up makes no object, a million keys are nothing that the garbage collector would look
// at, and a byte of each slot says of nearly every key that is not there that it is not. It grows in
// many small parts, one at a time, so that nobody waits for all of it to be moved.

export interface UntilTable {
  size(): number
  untilMs(key: Uint32Array): number // -Infinity: it is not there
  set(key: Uint32Array, untilMs: number): void // Infinity: for good
  delete(key: Uint32Array): boolean // whether it was there
  // Forgets what has passed in the next part: calling it again and again forgets all.
  forgetSome(nowMs: number, forgotten?: (key: Uint32Array) => void): void
}

const PARTS = 32
const SLOTS_MIN = 8

export const untilTable = (words: number): UntilTable => {
  const parts = Array.from<Part | undefined>({ length: PARTS })
  let size = 0
  let swept = 0 // parts, since the beginning

  return {
    size: () => size,

    untilMs(key) {
      const hash = hashOf(key, 0, words)
      const part = parts[hash % PARTS]
      if (part === undefined) return -Infinity
      const slot = slotOf(part, key, hash)
      return slot < 0 ? -Infinity : untilOf(part, slot)
    },

    set(key, untilMs) {
      const hash = hashOf(key, 0, words)
      const part = (parts[hash % PARTS] ??= newPart(words, SLOTS_MIN))
      const known = slotOf(part, key, hash)
      if (known >= 0) setUntil(part, known, untilMs)
      else {
        const room = isCrowded(part) ? (parts[hash % PARTS] = grown(part)) : part
        put(room, { key, from: 0, hash, untilMs })
        size += 1
      }
    },

    delete(key) {
      const hash = hashOf(key, 0, words)
      const part = parts[hash % PARTS]
      const slot = part ? slotOf(part, key, hash) : -1
      if (slot < 0) return false
      close(part!, slot)
      size -= 1
      return true
    },

    forgetSome(nowMs, forgotten) {
      const part = parts[swept % PARTS]
      swept += 1
      for (let slot = 0; part && slot < part.tags.length; slot += 1)
        while (part.tags[slot] !== FREE && untilOf(part, slot) <= nowMs) {
          forgotten?.(part.rows.subarray(slot * part.stride, slot * part.stride + words))
          close(part, slot)
          size -= 1
        }
    },
  }
}

// Slots are tried from where the hash says, one after the other, up to a free one. A row has the words of
// its key and then its end, so that it is fetched at once.
interface Part {
  words: number
  stride: number // words of a row
  size: number
  tags: Uint8Array // eight bits of the hash
  rows: Uint32Array
  ends: Float64Array // the same memory
}

const FREE = 0

const newPart = (words: number, slots: number): Part => {
  const stride = words + (words % 2) + 2
  const rows = new Uint32Array(slots * stride)
  const ends = new Float64Array(rows.buffer)
  return { words, stride, size: 0, tags: new Uint8Array(slots), rows, ends }
}

const endOf = ({ stride }: Part, slot: number) => ((slot + 1) * stride) / 2 - 1
const untilOf = (part: Part, slot: number): number => part.ends[endOf(part, slot)]!
const setUntil = (part: Part, slot: number, untilMs: number) => {
  part.ends[endOf(part, slot)] = untilMs
}

// Of the hash, the lowest bits name the part, the highest eight are the tag, and the slot is between them.
const tagOf = (hash: number) => hash >>> 24 || 1
const firstSlot = (part: Part, hash: number) => (hash >>> 8) & (part.tags.length - 1)

const isCrowded = (part: Part) => part.size >= part.tags.length * 0.75

// After MurmurHash3: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
const hashOf = (key: Uint32Array, from: number, words: number): number => {
  let hash = 0x9747b28c
  for (let at = from; at < from + words; at += 1) {
    hash = Math.imul(hash ^ key[at]!, 0xcc9e2d51)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

// -1: it is not there.
const slotOf = (part: Part, key: Uint32Array, hash: number): number => {
  const { tags } = part
  const tag = tagOf(hash)
  for (let slot = firstSlot(part, hash); ; slot = (slot + 1) & (tags.length - 1)) {
    const found = tags[slot]
    if (found === FREE) return -1
    if (found === tag && isAt(part, slot, key)) return slot
  }
}

const isAt = ({ rows, stride, words }: Part, slot: number, key: Uint32Array): boolean => {
  for (let at = 0; at < words; at += 1) if (rows[slot * stride + at] !== key[at]) return false
  return true
}

// Of a key that is not there, which begins at a word of a list.
const put = (
  part: Part,
  of: { key: Uint32Array; from: number; hash: number; untilMs: number },
): void => {
  const { tags, rows, stride, words } = part
  let slot = firstSlot(part, of.hash)
  while (tags[slot] !== FREE) slot = (slot + 1) & (tags.length - 1)
  tags[slot] = tagOf(of.hash)
  setUntil(part, slot, of.untilMs)
  for (let at = 0; at < words; at += 1) rows[slot * stride + at] = of.key[of.from + at]!
  part.size += 1
}

const grown = (part: Part): Part => {
  const { words, tags, rows, stride } = part
  const larger = newPart(words, tags.length * 2)
  for (let slot = 0; slot < tags.length; slot += 1) {
    if (tags[slot] === FREE) continue
    const from = slot * stride
    const hash = hashOf(rows, from, words)
    put(larger, { key: rows, from, hash, untilMs: untilOf(part, slot) })
  }
  return larger
}

// Frees a slot. What comes behind moves up where it may, so that nobody's way to his slot is cut.
const close = (part: Part, slot: number): void => {
  const { tags, rows, stride, words } = part
  const mask = tags.length - 1
  let hole = slot
  for (let next = (hole + 1) & mask; tags[next] !== FREE; next = (next + 1) & mask) {
    const first = firstSlot(part, hashOf(rows, next * stride, words))
    if (((next - first) & mask) < ((next - hole) & mask)) continue
    tags[hole] = tags[next]!
    rows.copyWithin(hole * stride, next * stride, (next + 1) * stride)
    hole = next
  }
  tags[hole] = FREE
  part.size -= 1
}
