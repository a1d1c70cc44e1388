// Which stock engine, order queue and store go together. Any other set refuses to start and names these.

import type { Setting } from './kinds.ts'

export const LEGAL_SETS = '(sqlite, sqlite, sqlite), (redis, sqlite, sqlite), (redis, kafka, mysql)'

// This version knows the first set, so no other value can be right.
export function technology(meaning: string): Setting<'sqlite:'> {
  const parse = (raw: string) => {
    if (raw === 'sqlite:') return 'sqlite:' as const
    throw new Error(
      `sqlite:, all that this version knows (legal sets of stock, queue and store: ${LEGAL_SETS})`,
    )
  }
  return { fallback: 'sqlite:', unit: '', meaning, parse }
}
