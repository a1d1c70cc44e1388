// A field of a form with its label, what is to be known about it, and what is wrong with it.

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface FieldText {
  label: string
  value: string
  hint?: string | undefined
  fault?: string | undefined
}

interface InputProps extends FieldText {
  type?: 'text' | 'password' | 'datetime-local'
  inputMode?: 'numeric' | 'decimal' | 'text'
  onValue: (value: string) => void
}

export const Field = ({ type = 'text', inputMode = 'text', onValue, ...text }: InputProps) => {
  const id = useId()
  return (
    <Labelled id={id} text={text}>
      <input
        {...described(id, text)}
        type={type as 'text'}
        inputMode={inputMode}
        step={type === 'datetime-local' ? 1 : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Labelled>
  )
}

// For more than one line.
export const LongField = (of: FieldText & { onValue: (value: string) => void }) => {
  const { onValue, ...text } = of
  const id = useId()
  return (
    <Labelled id={id} text={text}>
      <textarea
        {...described(id, text)}
        rows={5}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Labelled>
  )
}

interface ChoiceProps extends FieldText {
  choices: [value: string, label: string][]
  onValue: (value: string) => void
}

export const Choice = ({ choices, onValue, ...text }: ChoiceProps) => {
  const id = useId()
  return (
    <Labelled id={id} text={text}>
      <select
        {...described(id, text)}
        value={text.value}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {choices.map(([value, label]) => (
          <option key={value} value={value} selected={value === text.value}>
            {label}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

const Labelled = (of: { id: string; text: FieldText; children: ComponentChildren }) => (
  <div class="field">
    <label for={of.id}>{of.text.label}</label>
    {of.children}
    {of.text.hint === undefined ? null : (
      <p id={`${of.id}-hint`} class="quiet small">
        {of.text.hint}
      </p>
    )}
    {of.text.fault === undefined ? null : (
      <p id={`${of.id}-fault`} class="fault">
        {of.text.fault}
      </p>
    )}
  </div>
)

const described = (id: string, { hint, fault }: FieldText) => ({
  id,
  'aria-invalid': fault !== undefined,
  'aria-describedby':
    [fault !== undefined && `${id}-fault`, hint !== undefined && `${id}-hint`]
      .filter(Boolean)
      .join(' ') || undefined,
})
