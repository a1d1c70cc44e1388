// What an operator may do with an endpoint. What was changed by somebody else since it was last read is not
// changed by accident.

import { useState } from 'preact/hooks'
import { words } from '../language.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import type { Made } from './secret-once.tsx'
import { type Endpoint, ENDPOINTS_PATH, type NewSecret } from './shapes.ts'
import { webhookWords } from './words.ts'

type Act = 'enable' | 'disable' | 'rotate' | 'delete'

interface ActionsProps {
  endpoint: Endpoint
  etag: string | undefined
  onSecret: (made: Made) => void
  onDone: () => void
}

export const EndpointActions = ({ endpoint, etag, onSecret, onDone }: ActionsProps) => {
  const said = webhookWords()
  const [open, setOpen] = useState<Act>()
  const [news, setNews] = useState<Act>()
  const { endpointId, enabled } = endpoint
  const done = (act: Act, answer: NewSecret | undefined) => {
    if (act === 'delete') return void (location.hash = '#/webhooks')
    setNews(act)
    if (act === 'rotate' && answer) onSecret(answer)
    onDone()
  }
  const acts: Act[] = [enabled ? 'disable' : 'enable', 'rotate', 'delete']
  return (
    <section class="card">
      <h2>{words().actions}</h2>
      <p role="status">{news && said.actionDone[news]}</p>
      <div class="buttons">
        <a href={`#/webhooks/${endpointId}/edit`}>{said.edit}</a>
        {acts.map((act) => (
          <button
            key={act}
            type="button"
            class={act === 'delete' ? 'danger' : ''}
            onClick={() => setOpen(act)}
          >
            {said.action[act]}
          </button>
        ))}
      </div>
      {open === undefined ? null : (
        <ActionDialog<NewSecret | undefined>
          title={said.action[open]}
          says={said.actionSaid[open]}
          isDangerous={open === 'delete'}
          reason="optional"
          {...requestOf({ act: open, endpointId, etag })}
          onDone={(answer) => done(open, answer)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  )
}

const requestOf = (of: { act: Act; endpointId: string; etag: string | undefined }) => {
  const { act, etag } = of
  const path = `${ENDPOINTS_PATH}/${of.endpointId}`
  switch (act) {
    case 'enable':
    case 'disable':
      return { path, method: 'PATCH', ifMatch: etag, body: { enabled: act === 'enable' } } as const
    case 'rotate':
      return { path: `${path}/rotate-secret`, method: 'POST' } as const
    case 'delete':
      return { path, method: 'DELETE' } as const
  }
}
