// The blocklist, in the process: an attempt is looked up here without asking anybody, in about a
// microsecond. What is read is only what has changed since, so that a long list costs nothing when one
// entry of it changes. A block ends by the store's clock, without anybody's doing.

import { readAddress, readNetwork } from '../domain/addresses.ts'
import { type BlockKind, BLOCKS_MAX } from '../domain/block.ts'
import type { BuyerId } from '../domain/ids.ts'
import { type Networks, networks } from '../domain/networks.ts'
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
  let readAtMs = -Infinity

  const readNewer = async () => {
    const nowMs = ports.clock.nowMs()
    const next = nowMs > readAtMs + STALE_MS ? nothingKnown() : known
    await readInto(next, ports, nowMs)
    known = next
    readAtMs = nowMs
  }

  return {
    // Mostly nobody is blocked, and then the id need not be looked up.
    blocksBuyer: (buyerId, nowMs) =>
      known.buyer.size > 0 && nowMs < (known.buyer.get(buyerId) ?? -Infinity),
    blocksAddress(address, nowMs) {
      if (nowMs < (known.address.get(address) ?? -Infinity)) return true
      if (known.cidr.size() === 0) return false
      const words = readAddress(address)
      return words !== undefined && known.cidr.has(words, nowMs)
    },
    namesAddresses: () => known.address.size > 0 || known.cidr.size() > 0,
    follow: followChanges(ports, {
      readAll: readNewer,
      async readChanged(news) {
        if (news.some(({ kind }) => kind === 'blocklist')) await readNewer()
      },
    }),
  }
}

// Until when each is blocked; Infinity: for good.
interface Known {
  version: number
  buyer: Map<BuyerId, number>
  address: Map<string, number>
  cidr: Networks
}

const nothingKnown = (): Known => ({
  version: 0,
  buyer: new Map(),
  address: new Map(),
  cidr: networks(),
})

const readInto = async (
  known: Known,
  { blocklist, clock }: Pick<Ports, 'blocklist' | 'clock'>,
  nowMs: number,
) => {
  for (;;) {
    const entries = await blocklist.readSince({ version: known.version, limit: PAGE })
    for (const entry of entries) note(known, entry, nowMs)
    if (entries.length < PAGE) break
    await clock.pause(0) // attempts have their turn
  }
  forgetPast(known.buyer, { kind: 'buyer', nowMs })
  forgetPast(known.address, { kind: 'address', nowMs })
  if (known.cidr.size() > BLOCKS_MAX.cidr) known.cidr.forgetPast(nowMs)
}

const note = (known: Known, entry: BlockEntry, nowMs: number) => {
  const { kind, value, version, untilMs = Infinity } = entry
  const isOver = entry.lifted || untilMs <= nowMs
  known.version = version
  if (kind === 'cidr') {
    const network = readNetwork(value)!
    if (isOver) known.cidr.delete(network)
    else known.cidr.set(network, untilMs)
  } else if (isOver) known[kind].delete(value)
  else known[kind].set(value, untilMs)
}

// Blocks that have run out are left where they are until there are too many.
const forgetPast = (
  blocks: Map<string, number>,
  { kind, nowMs }: { kind: BlockKind; nowMs: number },
) => {
  if (blocks.size <= BLOCKS_MAX[kind]) return
  for (const [value, untilMs] of blocks) if (untilMs <= nowMs) blocks.delete(value)
}
