// The fields of an endpoint: the same where one is made and where one is changed.

import { words } from '../language.ts'
import { Field } from '../pieces/field.tsx'
import type { EndpointTerms, Merged, TermFaults } from './endpoint-terms.ts'
import { EVENT_TYPES } from './shapes.ts'
import { webhookWords } from './words.ts'

interface FormProps {
  terms: EndpointTerms
  faults: TermFaults
  nowIs?: Merged['nowIs'] // what somebody else has made of a field
  onChange: (terms: EndpointTerms) => void
}

export const EndpointForm = ({ terms, faults, nowIs = {}, onChange }: FormProps) => {
  const said = webhookWords()
  const hint = (name: 'url' | 'description', fixed: string) => {
    const now = nowIs[name]
    return [fixed, now === undefined ? '' : words().nowIs(now)].filter(Boolean).join(' · ')
  }
  return (
    <>
      <Field
        label={said.url}
        value={terms.url}
        hint={hint('url', said.urlSaid)}
        fault={faults.url}
        onValue={(url) => onChange({ ...terms, url })}
      />
      <Field
        label={said.descriptionOptional}
        value={terms.description}
        hint={hint('description', '') || undefined}
        fault={faults.description}
        onValue={(description) => onChange({ ...terms, description })}
      />
      <Types {...{ terms, faults, onChange }} now={nowIs.types} />
    </>
  )
}

type TypesProps = Omit<FormProps, 'nowIs'> & { now: string | undefined }

const Types = ({ terms, faults, now, onChange }: TypesProps) => {
  const said = webhookWords()
  const { types } = terms
  // One that is not known here stays as it is.
  const all = [...EVENT_TYPES, ...types.filter((type) => !EVENT_TYPES.includes(type))]
  const isAll = all.length === types.length
  const toggled = (type: string) =>
    all.filter((one) => (one === type ? !types.includes(one) : types.includes(one)))
  return (
    <fieldset>
      <legend>{said.types}</legend>
      {now === undefined ? null : <p class="quiet small">{words().nowIs(now)}</p>}
      {faults.types === undefined ? null : <p class="fault">{faults.types}</p>}
      <label class="tick">
        <input
          type="checkbox"
          checked={isAll}
          onChange={() => onChange({ ...terms, types: isAll ? [] : all })}
        />
        {said.allTypes}
      </label>
      <div class="fields">
        {all.map((type) => (
          <label key={type} class="tick event">
            <input
              type="checkbox"
              checked={types.includes(type)}
              onChange={() => onChange({ ...terms, types: toggled(type) })}
            />
            <span>
              <code>{type}</code> <span class="quiet small">{said.type[type]}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
