// Who may not take part: one buyer, one address, or all addresses of a network. The list is bounded, so
// that every gateway can hold it in memory: about 70 MB for each million.

import { type AddressWords, addressText, networkOf, readNetwork, textOf } from './addresses.ts'
import type { BuyerId } from './ids.ts'

export const BLOCK_KINDS = ['buyer', 'address', 'cidr'] as const

export type BlockKind = (typeof BLOCK_KINDS)[number]

export type BlocksMax = Record<BlockKind, number>

export const BLOCKS_MAX: BlocksMax = {
  buyer: 1_000_000,
  address: 1_000_000,
  cidr: 1_000_000,
}

// In one change.
export const BLOCKS_AT_ONCE_MAX = 1000

// One thing that is blocked has one value, however it was written.
export interface BlockTarget {
  kind: BlockKind
  value: string
}

export interface Block extends BlockTarget {
  blockId: string
  reason: string
  by: string
  untilMs: number | undefined // undefined: for good
  createdAtMs: number
}

export const buyerTarget = (buyerId: BuyerId): BlockTarget => ({ kind: 'buyer', value: buyerId })

// Undefined for whatever is no address.
export const addressTarget = (text: string): BlockTarget | undefined => {
  const value = addressText(text)
  return value === undefined ? undefined : { kind: 'address', value }
}

// A wider network is a slip of the pen that would keep half of the world out.
export const PREFIX_MIN = { v4: 8, v6: 16 }

// Undefined for whatever is no network, and for one that is too wide.
export const cidrTarget = (text: string): BlockTarget | undefined => {
  const network = readNetwork(text)
  if (network === undefined) return undefined
  const prefixMin = network.first.length === 1 ? PREFIX_MIN.v4 : PREFIX_MIN.v6
  return network.prefix < prefixMin ? undefined : { kind: 'cidr', value: network.text }
}

// Whoever has one address of IPv6 has 2⁶⁴ of them, by the custom of providers (RFC 6177).
const HOUSEHOLD_PREFIX = 64

// What an address is blocked as where nobody has chosen: itself, or its network of IPv6.
export const placeTarget = (address: AddressWords): BlockTarget =>
  address.length === 1
    ? { kind: 'address', value: textOf(address) }
    : { kind: 'cidr', value: networkOf(address, HOUSEHOLD_PREFIX).text }

// The same for all addresses that would be blocked together.
export const placeKey = (address: AddressWords): number | string =>
  address.length === 1 ? address[0]! : `${address[0]} ${address[1]}`
