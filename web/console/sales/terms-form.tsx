// The fields of the terms of a sale: the same where one is made and where one is changed. What the server allows
// stands at each; what is seldom said is folded away.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Schema } from '../asking/schema.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { words } from '../language.ts'
import { allowedText } from './allowed.ts'
import {
  inOtherZone,
  LIMIT_NAMES,
  MORE_NAMES,
  TERM_NAMES,
  type TermTexts,
  type Typed,
  YES,
} from './terms.ts'
import { TimeField, ZoneChoice } from './time-field.tsx'
import { making } from './words.ts'

export interface TermsProps extends Typed {
  texts: TermTexts
  schema: Schema | undefined // of the body it becomes
  faults: Partial<Record<string, string>>
  nowIs?: Partial<TermTexts> // what somebody else has made of a field
  hints?: Partial<Record<keyof TermTexts, string | undefined>>
  only?: 'limits'
  onChange: (of: { texts: TermTexts; zone: string }) => void
}

export const TermsForm = (of: TermsProps) => {
  const { texts, zone, only, onChange } = of
  const said = words()
  const setZone = (to: string) =>
    onChange({ texts: inOtherZone(texts, { from: zone, to }), zone: to })
  return (
    <>
      {only === 'limits' ? null : (
        <>
          <div class="fields">{TERM_NAMES.map((name) => termField(of, name))}</div>
          <div class="fields">
            <ZoneChoice zone={zone} onZone={setZone} />
          </div>
        </>
      )}
      <fieldset>
        <legend>{said.limits}</legend>
        <p class="quiet small">{said.limitsSaid}</p>
        <div class="fields">
          {LIMIT_NAMES.map((name) =>
            name === 'challenge' ? (
              <Choice
                key={name}
                {...fieldOf(of, name)}
                choices={choicesOf(of.schema?.properties?.limits, name, said.challenges)}
              />
            ) : (
              <Field key={name} inputMode="numeric" {...fieldOf(of, name)} />
            ),
          )}
        </div>
      </fieldset>
      {only === 'limits' ? null : <MoreFields {...of} />}
    </>
  )
}

const termField = (of: TermsProps, name: (typeof TERM_NAMES)[number]) =>
  name === 'startsAt' || name === 'endsAt' ? (
    <TimeField key={name} zone={of.zone} {...fieldOf(of, name)} />
  ) : (
    <Field key={name} inputMode={INPUTS[name]} {...fieldOf(of, name)} />
  )

const INPUTS = {
  title: 'text',
  price: 'decimal',
  stock: 'numeric',
  perBuyerLimit: 'numeric',
  payWithinMs: 'decimal',
} as const

const MoreFields = (of: TermsProps) => {
  const { texts, zone, schema, faults, onChange } = of
  const said = words()
  const { admissions } = making()
  return (
    <Folded isOpen={[...MORE_NAMES, 'rehearsal'].some((name) => faults[name] !== undefined)}>
      <div class="fields">
        <Choice
          {...fieldOf(of, 'strategy')}
          choices={choicesOf(schema, 'strategy', said.strategies)}
          onValue={
            (strategy) => onChange({ texts: { ...texts, strategy, segments: '' }, zone }) // each has its own number
          }
        />
        <Field inputMode="numeric" {...fieldOf(of, 'segments')} />
        <Choice
          {...fieldOf(of, 'admission')}
          choices={choicesOf(schema, 'admission', admissions)}
        />
        <Field inputMode="decimal" {...fieldOf(of, 'tokensFromMs')} />
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={texts.rehearsal === YES}
          onChange={({ currentTarget: { checked } }) =>
            onChange({ texts: { ...texts, rehearsal: checked ? YES : '' }, zone })
          }
        />
        {said.isRehearsal}
      </label>
      {faults.rehearsal === undefined ? null : <p class="fault">{faults.rehearsal}</p>}
    </Folded>
  )
}

// Opens by itself when something is wrong in it, and stays open.
const Folded = ({ isOpen, children }: { isOpen: boolean; children: ComponentChildren }) => {
  const [isUnfolded, unfold] = useState(false)
  if (isOpen && !isUnfolded) unfold(true)
  return (
    <details
      class="fold"
      open={isUnfolded}
      onToggle={({ currentTarget }) => unfold(currentTarget.open)}
    >
      <summary>{making().more}</summary>
      {children}
    </details>
  )
}

const fieldOf = (of: TermsProps, name: keyof TermTexts) => {
  const { texts, zone, currency, schema, faults, nowIs = {}, hints = {}, onChange } = of
  const said = words()
  const { between, emptySaid } = making()
  const now = nowIs[name]
  const isAmount = name === 'price' && currency !== ''
  const all = [
    allowedText({ schema, name, currency }) ?? (isAmount ? said.inCurrency(currency) : undefined),
    name === 'segments' || name === 'tokensFromMs' ? emptySaid : undefined,
    hints[name],
    now === undefined ? undefined : said.nowIs(now),
  ].filter((hint) => hint !== undefined)
  return {
    label: labelOf(name),
    value: texts[name],
    fault: faults[name],
    hint: all.length > 0 ? all.join(between) : undefined,
    onValue: (value: string) => onChange({ texts: { ...texts, [name]: value }, zone }),
  }
}

const labelOf = (name: keyof TermTexts): string => {
  const { strategy, term } = words()
  const labels: Partial<Record<string, string>> = { ...term, ...making().moreTerm, strategy }
  return labels[name] ?? name
}

// What the server says that there is; what this console has words for, where it does not say.
const choicesOf = (
  schema: Schema | undefined,
  name: string,
  said: Record<string, string>,
): [string, string][] => {
  const values = schema?.properties?.[name]?.enum ?? Object.keys(said)
  return values.map((value) => [value, said[value] ?? value])
}
