// Versions of a sale in HTTP: every answer that shows a sale to its operators names its version as the
// ETag, and whoever changes the sale says in If-Match which one he has seen (RFC 9110, 13.1.1).

import type { Sale } from '../domain/sale.ts'

export const etagOf = ({ version }: Pick<Sale, 'version'>): string => `"${version}"`

// Undefined: nothing was said. Weak tags and words that are no version match nothing.
export const versionsOf = (ifMatch: string | undefined): number[] | 'any' | undefined => {
  if (ifMatch === undefined) return undefined
  if (ifMatch.trim() === '*') return 'any'
  return ifMatch.split(',').flatMap((tag) => {
    const [, version] = /^\s*"([1-9][0-9]{0,14})"\s*$/.exec(tag) ?? []
    return version === undefined ? [] : [Number(version)]
  })
}
