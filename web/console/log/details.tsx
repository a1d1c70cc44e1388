// What an entry of the log says besides: one line each, instants as instants, folded when they are many.

import { instant } from '../pieces/format.ts'
import { logWords } from './words.ts'

const SHOWN_MAX = 4

export const Details = ({ details }: { details: Record<string, unknown> }) => {
  const lines = linesOf('', details)
  if (lines.length === 0) return null
  const list = (
    <ul class="details small quiet">
      {lines.map(([name, value]) => (
        <li key={name}>
          {name}: <span>{value}</span>
        </li>
      ))}
    </ul>
  )
  if (lines.length <= SHOWN_MAX) return list
  return (
    <details class="small">
      <summary>{logWords().details}</summary>
      {list}
    </details>
  )
}

// What lies deeper is named by its path: `before.title`.
const linesOf = (path: string, details: object): [name: string, value: string][] =>
  Object.entries(details).flatMap(([name, value]: [string, unknown]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? linesOf(`${path}${name}.`, value)
      : [[path + name, textOf(name, value)]],
  )

const textOf = (name: string, value: unknown): string => {
  if (typeof value === 'number' && /AtMs$|^untilMs$/.test(name))
    return instant(new Date(value).toISOString())
  const isTexts = [value].flat().every((one) => typeof one === 'string')
  return isTexts ? [value].flat().join(', ') : JSON.stringify(value)
}
