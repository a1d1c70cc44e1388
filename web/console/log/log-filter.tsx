// What of the log is shown: what was done to one thing, by one operator, or both. Looking changes the
// address; the list follows it.

import { useState } from 'preact/hooks'
import { words } from '../language.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { pieceWords } from '../pieces/words.ts'
import { kindAndId, logAddress } from './subject.ts'
import { logWords } from './words.ts'

interface FilterProps {
  subject: string | undefined
  by: string | undefined
}

export const LogFilter = ({ subject = '', by = '' }: FilterProps) => {
  const said = logWords()
  const { asked, fault, ask, show } = useFilter({ subject, by })
  const { kind, id } = asked
  return (
    <form
      class="card"
      role="search"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        show()
      }}
    >
      <div class="fields">
        <Choice
          label={said.kind}
          value={kind}
          choices={[['', said.everything], ...kinds(kind)]}
          onValue={(next) => ask({ ...asked, kind: next })}
        />
        {kind === '' ? null : (
          <Field
            label={said.number}
            value={id}
            fault={fault}
            onValue={(next) => ask({ ...asked, id: next })}
          />
        )}
        <Field
          label={said.by}
          hint={said.bySaid}
          value={asked.by}
          onValue={(next) => ask({ ...asked, by: next })}
        />
      </div>
      <div class="buttons">
        <button class="primary">{pieceWords().search}</button>
        {subject === '' && by === '' ? null : <a href="#/log">{said.showAll}</a>}
      </div>
    </form>
  )
}

const useFilter = ({ subject, by }: { subject: string; by: string }) => {
  const [firstKind, firstId] = kindAndId(subject)
  const [asked, ask] = useState({ kind: firstKind, id: firstId, by })
  const [fault, setFault] = useState<string>()
  const show = () => {
    const { kind, id } = asked
    const isUnsaid = kind !== '' && id.trim() === ''
    setFault(isUnsaid ? words().textFault.needed : undefined)
    if (isUnsaid) return
    const wanted = kind === '' ? '' : `${kind} ${id.trim()}`
    location.hash = logAddress({ subject: wanted, by: asked.by.trim() })
  }
  return { asked, fault, ask, show }
}

// One that the address names may be a kind that is not known here.
const kinds = (named: string): [string, string][] => {
  const known = logWords().subject
  return Object.entries(named === '' ? known : { [named]: named, ...known })
}
