// What an operator says of an endpoint: as a form has it, what is wrong with it, and what becomes of it when
// somebody else was faster.

import { words } from '../language.ts'
import { type Endpoint, EVENT_TYPES } from './shapes.ts'
import { webhookWords } from './words.ts'

export interface EndpointTerms {
  url: string
  description: string
  types: string[]
}

export const NO_TERMS: EndpointTerms = { url: '', description: '', types: EVENT_TYPES }

export type TermFaults = Partial<Record<string, string>>

export const termsOf = ({ url, description, types }: Endpoint): EndpointTerms => ({
  url,
  description,
  types,
})

export const faultsIn = ({ url, types }: EndpointTerms): TermFaults => ({
  ...(url.trim() === '' && { url: words().textFault.needed }),
  ...(types.length === 0 && { types: webhookWords().noType }),
})

// What is another now, as the API takes it. It refuses an empty description: that one cannot be taken away.
export const changesOf = (before: EndpointTerms, now: EndpointTerms): Partial<EndpointTerms> => ({
  ...(now.url.trim() !== before.url && { url: now.url.trim() }),
  ...(now.description.trim() !== before.description && { description: now.description.trim() }),
  ...(!isSame(now.types, before.types) && { types: now.types }),
})

export interface Merged {
  terms: EndpointTerms
  nowIs: Partial<Record<keyof EndpointTerms, string>>
}

// What I changed stays, beside what it is now; the rest is as the other operator left it.
export const mergeTerms = (of: {
  before: EndpointTerms
  mine: EndpointTerms
  now: EndpointTerms
}): Merged => {
  const { before, mine, now } = of
  const isMine = (name: keyof EndpointTerms) => !isSame([mine[name]].flat(), [before[name]].flat())
  const isTheirs = (name: keyof EndpointTerms) => !isSame([now[name]].flat(), [before[name]].flat())
  const both = (['url', 'description', 'types'] as const).filter(
    (name) => isMine(name) && isTheirs(name),
  )
  return {
    terms: {
      url: isMine('url') ? mine.url : now.url,
      description: isMine('description') ? mine.description : now.description,
      types: isMine('types') ? mine.types : now.types,
    },
    nowIs: Object.fromEntries(both.map((name) => [name, [now[name]].flat().join(', ')])),
  }
}

const isSame = (one: string[], other: string[]) =>
  one.length === other.length && one.every((entry) => other.includes(entry))
