// What an entry of the log is about, such as `sale 7`: in words, and where it is shown. A kind that is not
// known here stays as it is.

import { type Asked, addressOf } from '../asking/address.ts'
import { logWords } from './words.ts'

export const logAddress = (asked: Asked) => addressOf('#/log', asked)

export const kindAndId = (subject: string): [kind: string, id: string] => {
  const [kind = '', ...rest] = subject.split(' ')
  return [kind, rest.join(' ')]
}

export const subjectText = (subject: string): string => {
  const [kind, id] = kindAndId(subject)
  const known = logWords().subject[kind]
  return known === undefined ? subject : `${known} ${id}`
}

export const changeText = (change: string): string => logWords().change[change] ?? change

const VIEWS: Partial<Record<string, string>> = {
  sale: '#/sales/',
  order: '#/orders/',
  buyer: '#/buyers/',
  'webhook-endpoint': '#/webhooks/',
}

// The view of a subject, if it has one.
export const viewOf = (subject: string | undefined): string | undefined => {
  const [kind, id] = kindAndId(subject ?? '')
  const view = VIEWS[kind]
  return view !== undefined && /^\d+$/.test(id) ? view + id : undefined
}
