// Blocks as the API answers them: of buyer, address and cidr each names exactly one.

export type BlockKind = 'buyer' | 'address' | 'cidr'

export const BLOCK_KINDS = ['buyer', 'address', 'cidr'] as const

export interface Block {
  blockId: string
  buyer?: string
  address?: string
  cidr?: string
  reason: string
  by: string
  until?: string
  createdAt: string
}

export const targetOf = ({ buyer, address, cidr }: Block): { kind: BlockKind; value: string } => {
  if (buyer !== undefined) return { kind: 'buyer', value: buyer }
  if (address !== undefined) return { kind: 'address', value: address }
  return { kind: 'cidr', value: cidr ?? '' }
}

// What a rule has done is done by `rule:` and its name.
export const ruleOf = ({ by }: Block): string | undefined => /^rule:(.*)$/.exec(by)?.[1]
