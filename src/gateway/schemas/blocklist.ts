// The blocklist, as operators write and see it. Of buyer, address and cidr exactly one is named, or many
// are in a list.

import { type Static, Type } from '@sinclair/typebox'
import { BLOCK_KINDS, BLOCKS_AT_ONCE_MAX } from '../../domain/block.ts'
import { LIST_QUERY, NEXT_CURSOR } from '../list-page.ts'
import { closed, id, instant, literals, reason } from './fields.ts'

const place = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }))

const target = { buyer: Type.Optional(id), address: place, cidr: place }

const blocks = Type.Array(Type.Object(target, closed), {
  minItems: 1,
  maxItems: BLOCKS_AT_ONCE_MAX,
})

export const BlockBody = Type.Object(
  { ...target, blocks: Type.Optional(blocks), reason, until: Type.Optional(instant) },
  closed,
)
export type BlockBody = Static<typeof BlockBody>

export const LiftBody = Type.Object({ ...target, reason: Type.Optional(reason) }, closed)
export type LiftBody = Static<typeof LiftBody>

// No address stands here: URLs are kept by whoever carries them.
export const BlocklistQuery = Type.Object(
  { ...LIST_QUERY, kind: Type.Optional(literals(BLOCK_KINDS)), buyer: Type.Optional(id) },
  closed,
)
export type BlocklistQuery = Static<typeof BlocklistQuery>

export const BlockView = Type.Object(
  {
    blockId: id,
    ...target,
    reason: Type.String(),
    by: Type.String(),
    until: Type.Optional(instant),
    createdAt: instant,
  },
  closed,
)

// One block, or how many of a list are new and how many were in force.
export const BlockedView = Type.Union([
  BlockView,
  Type.Object({ blocked: Type.Integer(), renewed: Type.Integer() }, closed),
])

export const BlocklistView = Type.Object({ blocks: Type.Array(BlockView), ...NEXT_CURSOR }, closed)
