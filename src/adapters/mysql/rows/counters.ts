// Numbers that become visible in their order: whoever takes some keeps others from taking the next until
// his transaction has ended, so a reader who has read up to one has missed none.

import type { Statements } from '../database.ts'

const TAKE = `
  update counters
  set value = last_insert_id(value + ?)
  where name = ?
`

// The last of so many new ones.
export const takeNumbers = async (
  transaction: Statements,
  { name, count }: { name: 'changes' | 'blocklist'; count: number },
): Promise<number> => Number(await transaction.insert(TAKE, [count, name]))
