// Asks before something is changed: what it does, why it is done, and what the server said when it refused.
// It stays open until the answer is known, so that nothing typed is lost.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Question, Refusal } from '../asking/api.ts'
import { Field } from './field.tsx'
import { words } from '../language.ts'
import { refusalText } from './refusal.tsx'
import { useWriter } from '../asking/writer.ts'

export interface ActionProps<Body> {
  title: string
  says: ComponentChildren
  isDangerous?: boolean
  leave?: string // the button that changes nothing, where `cancel` could be mistaken
  path: string
  method?: Question['method']
  ifMatch?: string | undefined
  reason: 'needed' | 'optional' | 'none'
  units?: string // the label of a field for a number of them, which is sent as `units`
  body?: Record<string, unknown> // sent beside what is asked for here
  fields?: ComponentChildren // of whoever asks; what is in them is in `body`
  areRight?: () => boolean // those fields: they say themselves what is wrong
  adviceOn?: (refusal: Refusal) => ComponentChildren
  onDone: (answer: Body) => void
  onClose: () => void
}

export const ActionDialog = <Body,>(of: ActionProps<Body>) => {
  const { title, reason, units, isDangerous = false, onClose } = of
  const said = words()
  const { place, asked, faults, refusal, isBusy, write, send } = useAsking(of)
  return (
    <dialog ref={place} aria-label={title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <h2>{title}</h2>
        <p>{of.says}</p>
        {units === undefined ? null : (
          <Field
            label={units}
            inputMode="numeric"
            value={asked.units}
            fault={faults.units}
            onValue={(value) => write({ ...asked, units: value })}
          />
        )}
        {of.fields}
        {reason === 'none' ? null : (
          <Field
            label={reason === 'needed' ? said.reason : said.reasonOptional}
            value={asked.why}
            hint={said.reasonSaid}
            fault={faults.reason}
            onValue={(why) => write({ ...asked, why })}
          />
        )}
        <p class="bad-news" role="alert">
          {refusal && refusalText(refusal)}
        </p>
        {refusal && of.adviceOn?.(refusal)}
        <div class="buttons">
          <button class={isDangerous ? 'danger' : 'primary'} aria-disabled={isBusy}>
            {isBusy ? said.sending : title}
          </button>
          <button type="button" class="plain" onClick={() => place.current?.close()}>
            {of.leave ?? said.cancel}
          </button>
        </div>
      </form>
    </dialog>
  )
}

const useAsking = <Body,>(of: ActionProps<Body>) => {
  const { path, method = 'POST', ifMatch, reason, units, areRight, onDone, onClose } = of
  const place = useRef<HTMLDialogElement>(null)
  const [asked, write] = useState({ why: '', units: '' })
  const [faults, setFaults] = useState<{ reason?: string; units?: string }>({})
  const [refusal, setRefusal] = useState<Refusal>()
  const writer = useWriter()
  useLayoutEffect(() => {
    const opener = document.activeElement
    place.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  const send = async () => {
    const wrong = faultsIn({ isCounted: units !== undefined, reason, ...asked })
    setFaults(wrong)
    const areOthersRight = areRight?.() ?? true
    if (Object.keys(wrong).length > 0 || !areOthersRight) return
    const body = {
      ...of.body,
      ...(asked.why.trim() !== '' && { reason: asked.why.trim() }),
      ...(units !== undefined && { units: Number(asked.units) }),
    }
    const hasBody = reason !== 'none' || Object.keys(body).length > 0
    const answer = await writer.write<Body>(path, { method, ifMatch, ...(hasBody && { body }) })
    if (!answer.ok) return setRefusal(answer)
    onDone(answer.body)
    onClose()
  }
  const { isBusy } = writer
  return { place, asked, faults, refusal, isBusy, write, send: () => writer.once(send) }
}

const faultsIn = (of: { isCounted: boolean; reason: string; why: string; units: string }) => {
  const { textFault } = words()
  const isNumber = /^\s*\d+\s*$/.test(of.units)
  return {
    ...(of.reason === 'needed' && of.why.trim() === '' && { reason: textFault.needed }),
    ...(of.isCounted && !isNumber && { units: textFault['not-a-number'] }),
  }
}
