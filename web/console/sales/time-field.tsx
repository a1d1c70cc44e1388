// A time of a sale in the zone that was chosen. While it is typed the instant stands underneath, in the operator's
// own zone and in UTC; a time that the clocks skip is said to be one, and of one that is there twice he chooses.

import { locale } from '../language.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { timeZone } from '../pieces/format.ts'
import { making } from './words.ts'
import { type LocalText, localTime, otherZones, wallOf } from './zone.ts'

interface TimeProps {
  label: string
  value: LocalText
  zone: string
  hint: string | undefined // beside what the time itself has to say
  fault: string | undefined
  onValue: (value: LocalText) => void
}

export const TimeField = ({ label, value, zone, hint, fault, onValue }: TimeProps) => {
  const said = making()
  const time = localTime(value, zone)
  const hints = [timeHint(value, zone), hint].filter((one) => one !== undefined)
  const [first, second] = time.kind === 'twice' ? time.twins : []
  return (
    <>
      <Field
        label={label}
        type="datetime-local"
        value={wallOf(value)}
        hint={hints.join(said.between) || undefined}
        fault={fault}
        onValue={onValue}
      />
      {first === undefined || second === undefined ? null : (
        <Choice
          label={said.whichTwin(label)}
          hint={said.twice}
          value={value === second ? second : first}
          choices={[
            [first, said.firstTwin(`UTC${first.slice(WALL_LENGTH)}`)],
            [second, said.secondTwin(`UTC${second.slice(WALL_LENGTH)}`)],
          ]}
          onValue={onValue}
        />
      )}
    </>
  )
}

const WALL_LENGTH = '2026-11-11T20:00:00'.length

// What the time of a field is elsewhere, or why it is none.
const timeHint = (text: LocalText, zone: string): string | undefined => {
  const said = making()
  const time = localTime(text, zone)
  if (time.kind === 'none') return undefined
  if (time.kind === 'skipped') return said.skipped(wallOf(time.next).slice(11))
  const shown = said.isAt(inZone(time.atMs, timeZone()), inZone(time.atMs, 'UTC'))
  return time.atMs < Date.now() ? said.past(shown) : shown
}

// An instant in the words of a zone, with its name.
export const inZone = (atMs: number, zone: string): string => {
  const form = { dateStyle: 'medium', timeStyle: 'medium', timeZone: zone } as const
  return `${new Intl.DateTimeFormat(locale(), form).format(atMs)} ${zone}`
}

export const ZoneChoice = ({ zone, onZone }: { zone: string; onZone: (zone: string) => void }) => {
  const said = making()
  const own = timeZone()
  const named = [...new Set([own, 'UTC'])]
  const nameOf = (one: string): [string, string] => [one, one === own ? said.myZone(one) : one]
  const choices = [...named, ...otherZones(named)].map(nameOf)
  return <Choice label={said.zone} value={zone} choices={choices} onValue={onZone} />
}
