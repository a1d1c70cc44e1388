// An operator, or a rule, blocks a buyer, an address or a network; an operator lifts a block. The list is
// changed first, with its entry in the audit log; then every gateway hears that there is something new.
// One that does not hear it reads the list again within seconds.

import type { Block } from '../../domain/block.ts'
import type { LiftBlock, NewBlock } from '../../ports/blocklist.ts'
import type { Ports } from '../../ports/ports.ts'

export type BlockAnswer =
  | { result: 'blocked' | 'renewed'; block: Block }
  | { result: 'past' } // it would have ended before it began
  | { result: 'full' }

type BlockPorts = Pick<Ports, 'blocklist' | 'changes' | 'clock'>

export const block = async (ports: BlockPorts, of: NewBlock): Promise<BlockAnswer> => {
  if (of.untilMs !== undefined && of.untilMs <= ports.clock.nowMs()) return { result: 'past' }
  const blocked = await ports.blocklist.block(of)
  if (blocked === 'full') return { result: 'full' }
  await announce(ports)
  return { result: blocked.renewed ? 'renewed' : 'blocked', block: blocked.block }
}

export type BlockAllAnswer =
  | { result: 'blocked'; blocked: number; renewed: number }
  | { result: 'past' }
  | { result: 'full' }

// All of them, or none.
export const blockAll = async (ports: BlockPorts, of: NewBlock[]): Promise<BlockAllAnswer> => {
  const nowMs = ports.clock.nowMs()
  if (of.some(({ untilMs = Infinity }) => untilMs <= nowMs)) return { result: 'past' }
  const all = await ports.blocklist.blockAll(of)
  if (all === 'full') return { result: 'full' }
  await announce(ports)
  const renewed = all.filter((one) => one.renewed).length
  return { result: 'blocked', blocked: all.length - renewed, renewed }
}

export const liftBlock = async (
  ports: BlockPorts,
  of: LiftBlock,
): Promise<'lifted' | 'no-such-block'> => {
  if (!(await ports.blocklist.lift(of))) return 'no-such-block'
  await announce(ports)
  return 'lifted'
}

// The list has it: the change is made, and may not be answered as a failure any more.
const announce = ({ changes }: Pick<Ports, 'changes'>) =>
  changes.append([{ kind: 'blocklist' }]).catch(() => undefined)
