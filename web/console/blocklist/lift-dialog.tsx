// Asks before a block is lifted.

import { ActionDialog } from '../pieces/action-dialog.tsx'
import { type Block, targetOf } from './shapes.ts'
import { blockWords } from './words.ts'

interface LiftProps {
  block: Block
  onDone: () => void
  onClose: () => void
}

export const LiftDialog = ({ block, onDone, onClose }: LiftProps) => {
  const said = blockWords()
  return (
    <ActionDialog
      title={said.lift}
      says={said.liftSaid(targetOf(block).value)}
      path={`/api/admin/blocklist/${block.blockId}`}
      method="DELETE"
      reason="optional"
      onDone={onDone}
      onClose={onClose}
    />
  )
}
