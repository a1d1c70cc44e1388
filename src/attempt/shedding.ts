// What a process gives up first when it falls behind: those who can come back later lose the least. A
// buyer's own orders, payments and operators are not on the list: they are heard to the end.

// Each at its part of the delay at which every attempt is shed.
const SHED_AT = {
  entrances: 0.5, // accounts, sign-ins, entries, challenges: nobody loses units by waiting
  decisions: 0.75, // attempts that the stock engine would have to decide
  attempts: 1, // all others too, unread: the answer is the cheapest there is
} as const

export type Losable = keyof typeof SHED_AT

export type Shedding = (what: Losable) => boolean

// `delayMs` says how long whoever is heard now may have waited for it.
export const shedding = (
  delayMs: () => number,
  { allAtMs, shed }: { allAtMs: number; shed: (what: Losable) => void },
): Shedding => {
  return (what) => {
    if (delayMs() < SHED_AT[what] * allAtMs) return false
    shed(what)
    return true
  }
}
