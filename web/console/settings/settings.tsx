// The settings of the process that answers: what each is, what it would be by itself, and what it means. Of a
// secret only the ids of its keys are known here.

import { useState } from 'preact/hooks'
import { usePolled } from '../asking/polled.ts'
import { words } from '../language.ts'
import { operationsWords } from '../operations-words.ts'
import { Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { settingsWords } from './words.ts'

interface Setting {
  name: string
  value: string
  default: string
  unit: string
  meaning: string
}

const LOOK_EVERY_MS = 60_000

export const SettingsView = () => {
  const said = settingsWords()
  const [wanted, setWanted] = useState('')
  const [onlyChanged, setOnlyChanged] = useState(false)
  const path = '/api/admin/settings'
  const { body, refusal } = usePolled<{ settings: Setting[] }>(path, LOOK_EVERY_MS)
  const all = body?.settings ?? []
  const shown = all.filter((one) => has(one, wanted) && (!onlyChanged || isChanged(one)))
  return (
    <>
      <Heading title={operationsWords().settings} />
      <p>{said.said}</p>
      <Refused refusal={refusal} />
      <div class="card" role="search">
        <Field label={said.search} value={wanted} onValue={setWanted} />
        <label class="tick">
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={({ currentTarget }) => setOnlyChanged(currentTarget.checked)}
          />
          {said.onlyChanged}
        </label>
        <p role="status" class="quiet small">
          {body ? said.shown(shown.length, all.length) : words().loading}
        </p>
      </div>
      {shown.length > 0 ? <SettingsTable settings={shown} /> : null}
    </>
  )
}

const isSecret = ({ unit }: Setting) => unit === 'secret'

// A secret has no default to differ from.
const isChanged = (one: Setting) => !isSecret(one) && one.value !== one.default

const has = ({ name, value, meaning }: Setting, wanted: string) =>
  wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => `${name} ${value} ${meaning}`.toLowerCase().includes(word))

const SettingsTable = ({ settings }: { settings: Setting[] }) => {
  const { column, empty, changed } = settingsWords()
  return (
    <table class="sales labelled">
      <thead>
        <tr>
          <th>{column.name}</th>
          <th>{column.value}</th>
          <th>{column.default}</th>
          <th>{column.unit}</th>
          <th>{column.meaning}</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((one) => (
          <tr key={one.name}>
            <td>
              <code>{one.name}</code>{' '}
              {isChanged(one) ? <span class="badge is-changed">{changed}</span> : null}
            </td>
            <td data-label={column.value}>{valueText(one)}</td>
            <td data-label={column.default}>{isSecret(one) ? '–' : one.default || empty}</td>
            <td data-label={column.unit}>{unitText(one)}</td>
            <td lang="en" class="quiet">
              {one.meaning}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const valueText = (one: Setting): string => {
  const { empty, keys } = settingsWords()
  if (one.value === '') return empty
  return isSecret(one) ? keys(one.value.replaceAll(',', ', ')) : one.value
}

const unitText = (one: Setting): string =>
  isSecret(one) ? settingsWords().secret : one.unit || '–'
