// What counts as abuse, as a table: so many events of one address or of one buyer within so much time,
// and then the address or buyer is blocked, or its buyers are suspect and have to solve a challenge. A
// rule must never meet somebody who is only impatient, or who shares an address with many.

export interface AbuseRule {
  name: string
  counts: AbuseEvent
  of: 'address' | 'buyer' // of IPv6 the network of 64 bits
  max: number // more than these
  windowMs: number // in any stretch of this length
  leadsTo: 'block' | 'suspect'
  forMs: number
}

// forged-token: one that names a key of ours and was not signed with it. Not one that is missing, has
// expired, is for another sale, or was signed with a key that is no longer there.
// too-often: an attempt beyond the buyer's own rate.
// new-buyer: a buyer whose token this process has not seen; each buyer counts once.
export type AbuseEvent = 'forged-token' | 'too-often' | 'new-buyer'

export const ABUSE_RULES: AbuseRule[] = [
  {
    // A page sends what it was given. Some copied links are damaged; nobody damages twenty a minute. Who
    // shares the address with a forger would be kept out with him: so it is short, and no address is
    // blocked from which buyers with good tokens have come within the hour.
    name: 'forged-tokens',
    counts: 'forged-token',
    of: 'address',
    max: 20,
    windowMs: 60_000,
    leadsTo: 'block',
    forMs: 60_000,
  },
  {
    // Fast clicking is six clicks a second, three of which are let in: a person who keeps that up for
    // twenty seconds comes here, and a challenge costs him a second.
    name: 'hammering',
    counts: 'too-often',
    of: 'buyer',
    max: 60,
    windowMs: 60_000,
    leadsTo: 'suspect',
    forMs: 600_000,
  },
  {
    // Eight attempts a second for a whole minute: no hand does that.
    name: 'flooding',
    counts: 'too-often',
    of: 'buyer',
    max: 300,
    windowMs: 60_000,
    leadsTo: 'block',
    forMs: 300_000,
  },
  {
    // Operators of mobile networks put some dozens to some hundreds of people behind one address of IPv4
    // (RFC 6269), a campus some thousands, of whom few want the same phone in the same ten minutes.
    // Nobody is kept out for it: the buyers solve a challenge.
    name: 'many-buyers',
    counts: 'new-buyer',
    of: 'address',
    max: 500,
    windowMs: 600_000,
    leadsTo: 'suspect',
    forMs: 1_800_000,
  },
]

const EXPECTED =
  'on, off, or rules like forged-tokens=20/60s/60s (more than 20 in 60 s, for 60 s) or many-buyers=off; ' +
  `the rules are ${ABUSE_RULES.map(({ name }) => name).join(', ')}`

// The rules that a setting means: `on` all as they are, `off` none, or all with those changed that it names.
// Throws with what it expected.
export const abuseRules = (text: string): AbuseRule[] => {
  if (text === 'off') return []
  const changed = new Map(text === 'on' ? [] : text.split(',').map(changeOf))
  if ([...changed.keys()].some((name) => !ABUSE_RULES.some((rule) => rule.name === name)))
    throw new Error(EXPECTED)
  return ABUSE_RULES.flatMap((rule) => {
    const change = changed.get(rule.name)
    return change === 'off' ? [] : [{ ...rule, ...change }]
  })
}

const MAX_MAX = 10_000
const WINDOW_S_MAX = 3600
const FOR_S_MAX = 86_400

const changeOf = (
  text: string,
): [string, 'off' | Pick<AbuseRule, 'max' | 'windowMs' | 'forMs'>] => {
  const [, name, off, ...numbers] =
    /^\s*([a-z-]+)=(?:(off)|([1-9]\d{0,5})\/([1-9]\d{0,5})s\/([1-9]\d{0,5})s)\s*$/.exec(text) ?? []
  if (name === undefined) throw new Error(EXPECTED)
  if (off !== undefined) return [name, 'off']
  const [max, windowS, forS] = numbers.map(Number) as [number, number, number]
  if (max > MAX_MAX || windowS > WINDOW_S_MAX || forS > FOR_S_MAX)
    throw new Error(`at most ${MAX_MAX}/${WINDOW_S_MAX}s/${FOR_S_MAX}s in each rule`)
  return [name, { max, windowMs: windowS * 1000, forMs: forS * 1000 }]
}
