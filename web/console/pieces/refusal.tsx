// What a refusal means, in words and with what to do, and in the server's own words where it has more to say.

import type { Refusal } from '../asking/api.ts'
import { words } from '../language.ts'

export const refusalText = ({ code, detail, field }: Refusal): string => {
  const said = words()
  const meaning = said.refusal[code] ?? said.refused(code)
  if (detail === '' || code === 'unauthorized') return meaning
  return `${meaning} ${field === undefined ? detail : `${field}: ${detail}`}`
}

export const Refused = ({ refusal }: { refusal: Refusal | undefined }) =>
  refusal === undefined ? null : (
    <p class="bad-news" role="alert">
      {refusalText(refusal)}
    </p>
  )
