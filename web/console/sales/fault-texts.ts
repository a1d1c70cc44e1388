// What is wrong with the texts of a form, in words at the name of each field: with the text itself first, then
// with what it says by the schema of the server.

import type { Schema } from '../asking/schema.ts'
import { words } from '../language.ts'
import { schemaFaults } from './allowed.ts'
import { bodyOf, type TermTexts, type TextFault, type Typed } from './terms.ts'

export const faultTexts = (
  faults: Partial<Record<string, TextFault>>,
): Partial<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(faults).map(([name, fault]) => [name, fault && words().textFault[fault]]),
  )

// A product that is still to be made has no id to be checked.
export const termsFaults = (
  texts: TermTexts,
  { schema, ...typed }: Typed & { schema: Schema | undefined },
): Partial<Record<string, string>> => {
  const { body, faults } = bodyOf(texts, typed)
  const { productId: _chosen, currency: _ofProduct, ...rest } = body
  return { ...schemaFaults(schema, rest, typed.currency), ...faultTexts(faults) }
}
