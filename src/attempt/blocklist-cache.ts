// The blocklist, in the process: an attempt is looked up here without asking anybody, in less than a
// microsecond. What is read is only what has changed since, so that a long list costs nothing when one
// entry of it changes. A block ends by the store's clock, without anybody's doing.

import { readAddress, readNetwork } from '../domain/addresses.ts'
import type { BuyerId } from '../domain/ids.ts'
import { type Networks, networks } from '../domain/networks.ts'
import { type UntilTable, untilTable } from '../domain/until-table.ts'
import type { BlockEntry } from '../ports/blocklist.ts'
import type { Ports } from '../ports/ports.ts'
import { followChanges } from './follow-changes.ts'

export interface BlocklistCache {
  blocksBuyer(buyerId: BuyerId, nowMs: number): boolean
  blocksAddress(address: string, nowMs: number): boolean // written in the one way
  namesAddresses(): boolean // else nobody needs to know where a request came from
  follow(): Promise<void>
}

const PAGE = 1000

// The store tells of a lifted block for an hour: whoever has not asked for half of it asks for all.
const STALE_MS = 1_800_000

export const blocklistCache = (
  ports: Pick<Ports, 'blocklist' | 'changes' | 'clock'>,
): BlocklistCache => {
  let known = nothingKnown()
  let readAtMs = ports.clock.nowMs()

  const readNewer = async () => {
    const nowMs = ports.clock.nowMs()
    const isStale = nowMs > readAtMs + STALE_MS
    await catchUp(known, ports, nowMs)
    if (isStale) known = await readAnew(known, ports, nowMs)
    readAtMs = nowMs
  }

  return {
    // Mostly nobody is blocked, and then the id need not be looked up.
    blocksBuyer: (buyerId, nowMs) =>
      known.buyer.size() > 0 && nowMs < known.buyer.untilMs(buyerKey(buyerId)),
    blocksAddress(address, nowMs) {
      const words = readAddress(address)
      if (words === undefined) return false
      return known.address.has(words, nowMs) || known.cidr.has(words, nowMs)
    },
    namesAddresses: () => known.address.size() > 0 || known.cidr.size() > 0,
    follow: followChanges(ports, {
      readAll: readNewer,
      async readChanged(news) {
        if (news.some(({ kind }) => kind === 'blocklist')) await readNewer()
      },
    }),
  }
}

interface Known {
  version: number
  buyer: UntilTable
  address: Networks // each of one address
  cidr: Networks
}

const nothingKnown = (): Known => ({
  version: 0,
  buyer: untilTable(2),
  address: networks(),
  cidr: networks(),
})

type ReadPorts = Pick<Ports, 'blocklist' | 'clock'>

// Reads what is newer than what is known. What has run out is forgotten bit by bit.
const catchUp = async (known: Known, ports: ReadPorts, nowMs: number): Promise<void> => {
  while (await readPage(known, ports, nowMs)) await ports.clock.pause(0) // attempts have their turn
  for (const blocks of [known.buyer, known.address, known.cidr]) blocks.forgetSome(nowMs)
}

// The old list is in force until the new one is whole, and hears meanwhile of what is new.
const readAnew = async (old: Known, ports: ReadPorts, nowMs: number): Promise<Known> => {
  const known = nothingKnown()
  while (await readPage(known, ports, nowMs)) {
    await ports.clock.pause(0)
    await catchUp(old, ports, nowMs)
  }
  return known
}

// Whether there may be more.
const readPage = async (known: Known, { blocklist }: ReadPorts, nowMs: number) => {
  const entries = await blocklist.readSince({ version: known.version, limit: PAGE })
  for (const entry of entries) note(known, entry, nowMs)
  return entries.length === PAGE
}

const note = (known: Known, entry: BlockEntry, nowMs: number) => {
  const { kind, value, version, untilMs = Infinity } = entry
  const isOver = entry.lifted || untilMs <= nowMs
  known.version = version
  if (kind === 'buyer') {
    if (isOver) known.buyer.delete(buyerKey(value))
    else known.buyer.set(buyerKey(value), untilMs)
  } else {
    const network = readNetwork(value)! // an address is a network of itself
    if (isOver) known[kind].delete(network)
    else known[kind].set(network, untilMs)
  }
}

const written = new Uint32Array(2)
const ZERO = '0'.charCodeAt(0)

// An id in two words, without making a number that is too large to be exact: the last nine digits take 30
// bits, the others 34. The words are good until the next id is written.
const buyerKey = (buyerId: BuyerId): Uint32Array => {
  const split = Math.max(0, buyerId.length - 9)
  const high = digits(buyerId, 0, split)
  written[0] = high
  written[1] = digits(buyerId, split, buyerId.length) + Math.floor(high / 2 ** 32) * 2 ** 30
  return written
}

const digits = (text: string, from: number, to: number): number => {
  let number = 0
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - ZERO
  return number
}
