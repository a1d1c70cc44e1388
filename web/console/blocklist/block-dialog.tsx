// Asks before one buyer is blocked, with an end or for good.

import { useState } from 'preact/hooks'
import { words } from '../language.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import { Field } from '../pieces/field.tsx'
import { timeZone } from '../pieces/format.ts'
import { endOf, hasPassed } from './until.ts'
import { blockWords } from './words.ts'

interface BlockProps {
  buyerId: string
  onDone: () => void
  onClose: () => void
}

export const BlockDialog = ({ buyerId, onDone, onClose }: BlockProps) => {
  const said = blockWords()
  const [until, setUntil] = useState('')
  const [fault, setFault] = useState<string>()
  const areRight = () => {
    setFault(hasPassed(until) ? said.past : undefined)
    return !hasPassed(until)
  }
  return (
    <ActionDialog
      title={said.add}
      says={said.blockSaid(buyerId)}
      isDangerous
      path="/api/admin/blocklist"
      body={{ buyer: buyerId, ...(hasPassed(until) ? {} : endOf(until)) }}
      fields={
        <Field
          label={said.untilOptional}
          type="datetime-local"
          hint={words().inZone(timeZone())}
          value={until}
          fault={fault}
          onValue={setUntil}
        />
      }
      areRight={areRight}
      reason="needed"
      onDone={onDone}
      onClose={onClose}
    />
  )
}
