// How sales lie in the engine: the keys of each one's segments. The first segment says how many there
// are, and of which home database: a Redis that another one has used knows other sales by our ids. Every
// script compares, so what is remembered here may be old without harm: the call is answered
// `rebuilding`, and the layout is read anew for the next.

import type { SaleId } from '../../domain/ids.ts'
import type { Keys } from './keys.ts'
import type { Redis } from './redis.ts'
import { script } from './script.ts'

export interface Layouts {
  // Of every segment; undefined when the sale is not in the engine.
  of(saleId: SaleId): Promise<string[][] | undefined>
  // The same, as it is now.
  read(saleId: SaleId): Promise<string[][] | undefined>
  set(saleId: SaleId, segments: number): string[][]
  // As the scripts compare it.
  text(segments: number): string
  forget(saleId: SaleId): void
}

const READ = script('read_layout')

export interface LayoutsDeps {
  redis: Redis
  keys: Keys
  home: string // the id of the home database
}

export const layouts = ({ redis, keys: names, home }: LayoutsDeps): Layouts => {
  const text = (segments: number) => `${segments}@${home}`
  const known = new Map<SaleId, string[][]>()
  const set = (saleId: SaleId, segments: number) => {
    const before = known.get(saleId)
    if (before?.length === segments) return before
    const keys = names.ofSegments(saleId, segments)
    known.set(saleId, keys)
    return keys
  }
  const read = async (saleId: SaleId) => {
    const keys = names.ofFirst(saleId).slice(0, READ.keys)
    const found = String(await redis.evaluate(READ, { keys, args: [] }))
    const segments = Number.parseInt(found)
    return found === text(segments) ? set(saleId, segments) : undefined
  }
  return {
    set,
    text,
    read,
    of: async (saleId) => known.get(saleId) ?? read(saleId),
    forget: (saleId) => void known.delete(saleId),
  }
}
