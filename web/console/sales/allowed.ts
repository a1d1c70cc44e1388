// What the schema of a field allows, in words, and which fields of a body it does not.

import { type Schema, takes } from '../asking/schema.ts'
import { locale } from '../language.ts'
import { money, whole } from '../pieces/format.ts'
import { making } from './words.ts'

type Shown = (value: number) => string

// How the numbers of a field are shown, where they are not whole ones.
const shownAs = (name: string, currency: string): Shown => {
  if (name.endsWith('Ms')) return duration
  if (name !== 'price' && name !== 'listPrice') return whole
  return (amount) => (/^[A-Z]{3}$/.test(currency) ? money(amount, currency) : String(amount / 100))
}

// Undefined: there is nothing to be said of it.
export const allowedText = (of: {
  schema: Schema | undefined // of the whole body
  name: string
  currency: string
}): string | undefined => {
  const { allowed } = making()
  const schema = fieldSchema(of.schema, of.name)
  if (schema === undefined || schema.enum !== undefined) return undefined
  const show = shownAs(of.name, of.currency)
  const { minimum, maximum, maxLength, description, format } = schema
  if (minimum !== undefined && maximum !== undefined)
    return allowed.fromTo(show(minimum), show(maximum))
  if (minimum !== undefined) return allowed.from(show(minimum))
  if (format === 'date-time' || format === 'id') return undefined
  const said = description === undefined ? [] : [sentence(description)]
  const length = maxLength === undefined ? [] : [allowed.charactersMax(whole(maxLength))]
  return [...said, ...length].join(making().between) || undefined
}

const sentence = (description: string): string => {
  const known = making().described[description]
  if (known !== undefined) return `${known}。`
  return `${description.slice(0, 1).toUpperCase()}${description.slice(1)}.`
}

// What is wrong with a body by its schema, at the name of each field.
export const schemaFaults = (
  schema: Schema | undefined,
  body: object,
  currency: string,
): Record<string, string> => {
  const { notThis } = making().allowed
  const values = Object.entries(body).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value]],
  )
  const wrong = values.filter(([name, value]) => !takes(fieldSchema(schema, name), value))
  return Object.fromEntries(
    wrong.map(([name]) => [name, notThis(allowedText({ schema, name, currency }) ?? '').trim()]),
  )
}

// Limits are one field of a sale, with fields of their own.
const fieldSchema = (schema: Schema | undefined, name: string): Schema | undefined =>
  schema?.properties?.[name] ?? schema?.properties?.limits?.properties?.[name]

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

// In the largest unit of which it is a whole number.
const duration = (ms: number): string => {
  const [unit, unitMs] = UNITS.find(([, one]) => ms > 0 && ms % one === 0) ?? ['second', 1000]
  const form = { style: 'unit', unit, unitDisplay: 'long' } as const
  return new Intl.NumberFormat(locale(), form).format(ms / unitMs)
}
