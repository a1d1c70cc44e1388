// A million entries of a blocklist, of all kinds mixed, and askings that find one of them or none. The same
// seed makes the same ones.

import { networkOf, textOf } from '../../src/domain/addresses.ts'
import type { BlockTarget } from '../../src/domain/block.ts'

export const BLOCKS = 1_000_000

// Of ten entries four are buyers, three addresses of IPv4, one of IPv6, one a network of IPv4, one of IPv6.
const KINDS = [
  ...Array<Kind>(4).fill('buyer'),
  ...Array<Kind>(3).fill('address of IPv4'),
  'address of IPv6',
  'network of IPv4',
  'network of IPv6',
] as const

export type Kind =
  | 'buyer'
  | 'address of IPv4'
  | 'address of IPv6'
  | 'network of IPv4'
  | 'network of IPv6'

export interface Asking {
  kind: Kind
  hits: string[] // buyers or addresses that are blocked by this kind
  misses: string[] // that are not blocked
}

// Lengths of prefixes as lists of networks have them.
const V4_PREFIXES = [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
const V6_PREFIXES = [32, 36, 40, 44, 48, 52, 56, 60, 64]

type Chance = () => number

const chanceOf = (seed: number): Chance => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state ^ (state >>> 15)) >>> 0
  }
}

// Blocked are addresses of lower halves (0 to 127 first, 2001: first), free those of the others.
const v4 = (next: Chance, free: boolean) => [((next() >>> 1) | (free ? 0x80000000 : 0)) >>> 0]
const v6 = (next: Chance, free: boolean) => [
  ((free ? 0x2a000000 : 0x20010000) | (next() & 0xffff)) >>> 0,
  next(),
  next(),
  next(),
]

const oneOf = (list: number[], next: Chance) => list[next() % list.length]!

// Half of the ids are short, half as long as ids are.
const buyer = (next: Chance, free: boolean): string => {
  const number = (next() % 1_000_000_000) * 2 + (free ? 1 : 2)
  return next() % 2 === 0 ? String(number) : String(9_000_000_000_000_000_000n + BigInt(number))
}

const targetOf = (kind: Kind, next: Chance): { target: BlockTarget; inside: string } => {
  switch (kind) {
    case 'buyer': {
      const value = buyer(next, false)
      return { target: { kind: 'buyer', value }, inside: value }
    }
    case 'address of IPv4':
    case 'address of IPv6': {
      const value = textOf(kind === 'address of IPv4' ? v4(next, false) : v6(next, false))
      return { target: { kind: 'address', value }, inside: value }
    }
    case 'network of IPv4':
    case 'network of IPv6': {
      const isV4 = kind === 'network of IPv4'
      const address = isV4 ? v4(next, false) : v6(next, false)
      const prefix = oneOf(isV4 ? V4_PREFIXES : V6_PREFIXES, next)
      const value = networkOf(address, prefix).text
      return { target: { kind: 'cidr', value }, inside: textOf(address) }
    }
  }
}

const missOf = (kind: Kind, next: Chance): string =>
  kind === 'buyer'
    ? buyer(next, true)
    : textOf(kind.endsWith('4') ? v4(next, true) : v6(next, true))

export const manyBlocks = (of: { seed: number; askings: number }) => {
  const next = chanceOf(of.seed)
  const targets = new Map<string, BlockTarget>()
  const askings = new Map(
    KINDS.map((kind): [Kind, Asking] => [kind, { kind, hits: [], misses: [] }]),
  )
  while (targets.size < BLOCKS) {
    const kind = KINDS[targets.size % KINDS.length]!
    const { target, inside } = targetOf(kind, next)
    targets.set(`${target.kind} ${target.value}`, target)
    const asking = askings.get(kind)!
    if (asking.hits.length >= of.askings) continue
    asking.hits.push(inside)
    asking.misses.push(missOf(kind, next))
  }
  return { targets: [...targets.values()], askings: [...askings.values()] }
}
