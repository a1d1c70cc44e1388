// The units of a sale as one bar, with every number as text beside it.

import { percent, whole } from './format.ts'
import { words } from '../language.ts'
import type { Part } from './units.ts'

export const UnitBar = ({ parts }: { parts: Part[] }) => {
  const said = words()
  const total = parts.reduce((sum, { units }) => sum + units, 0)
  return (
    <div class="units">
      <div class="bar" aria-hidden="true">
        {parts
          .filter(({ units }) => units > 0)
          .map(({ name, units }) => (
            <span key={name} class={`part ${name}`} style={{ flexGrow: String(units) }} />
          ))}
      </div>
      <ul class="legend">
        {parts
          .filter(({ name, units }) => units > 0 || ALWAYS.includes(name))
          .map(({ name, units }) => (
            <li key={name} data-part={name}>
              <span class={`swatch ${name}`} aria-hidden="true" />
              {said.part[name]} <b>{whole(units)}</b>{' '}
              <span class="quiet">{percent(units, total)}</span>
            </li>
          ))}
        <li data-part="total">
          {said.total} <b>{whole(total)}</b>
        </li>
      </ul>
    </div>
  )
}

const ALWAYS = ['available', 'live', 'pending', 'paid']
