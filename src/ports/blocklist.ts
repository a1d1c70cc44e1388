// Who may not take part, and since which change. Every change of the list (a block, its renewal, its
// lifting) gives its entry a higher version than any before, so that whoever has read up to a version
// reads only what is newer. Every change is in the audit log in the same transaction.
//
// Deliberately not in it: whether an attempt is blocked. That is decided in the memory of each gateway.

import type { Block, BlockKind, BlockTarget } from '../domain/block.ts'

export interface Blocklist {
  // Blocks, or gives a block that is in force its new reason and end. `full`: BLOCKS_MAX are kept.
  block(change: NewBlock): Promise<Blocked | 'full'>
  // The same for many in one transaction: all of them, or none of them (`full`).
  blockAll(changes: NewBlock[]): Promise<Blocked[] | 'full'>
  // Lifts the block of this target, or the block of this id; false when none is in force.
  lift(change: LiftBlock): Promise<boolean>
  // What is in force, newest first, from below the cursor on.
  list(at: BlockPage): Promise<Block[]>
  // Entries that have changed since, in order of their versions. One that was lifted says so for an
  // hour at least; one that has run out may be gone.
  readSince(at: { version: number; limit: number }): Promise<BlockEntry[]>
}

export interface NewBlock extends BlockTarget {
  untilMs: number | undefined
  by: string
  reason: string
  neverShorter?: true // a block in force that ends later is left as it is, and is not renewed
}

export interface Blocked {
  block: Block // as it is now
  renewed: boolean // else it is new
}

export interface LiftBlock {
  target: BlockTarget | { blockId: string }
  by: string
  reason: string
}

export interface BlockPage {
  kind?: BlockKind | undefined
  value?: string | undefined // of that kind
  before?: string | undefined // a block id
  limit: number
}

export interface BlockEntry extends BlockTarget {
  version: number
  untilMs: number | undefined // undefined: for good
  lifted: boolean
}
