// A list of the API that is read downwards, page by page. A page may be empty although more follow: then
// the next one is asked for, a bounded number of times; only a page without a cursor is the last.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from './api.ts'

export interface Pages<Row> {
  rows: Row[]
  isLoading: boolean
  hasMore: boolean
  refusal: Refusal | undefined // of the newest page that was asked for
  more(): void // or the page that was refused once more
  reload(): void
  refresh(): void // the first page once more; nothing is said of it before it is there
}

interface Seen<Row> {
  rows: Row[]
  cursor: string | undefined
  refusal: Refusal | undefined
  isLoading: boolean
}

const EMPTY_PAGES_MAX = 20

// `list` is the member of the answer that has the rows, `path` has its query and no cursor.
export const usePages = <Row>(path: string, list: string): Pages<Row> => {
  const [seen, setSeen] = useState<Seen<Row>>(NOTHING)
  const [wanted, setWanted] = useState<{ cursor?: string | undefined; isQuiet?: true }>({})
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const { cursor, isQuiet } = wanted
    const show = (next: Omit<Seen<Row>, 'isLoading'>) =>
      setSeen(({ rows }) => {
        const before = cursor === undefined && next.refusal === undefined ? [] : rows
        return { ...next, rows: [...before, ...next.rows], isLoading: false }
      })
    if (!isQuiet) setSeen((before) => ({ ...before, refusal: undefined, isLoading: true }))
    readOn<Row>({ path, list, cursor, signal })
      .then(show)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    return () => leaving.abort()
  }, [path, list, wanted])
  const { rows, cursor, refusal, isLoading } = seen
  return {
    rows,
    isLoading,
    hasMore: cursor !== undefined,
    refusal,
    more: () => isLoading || setWanted({ cursor }),
    reload: () => setWanted({}),
    refresh: () => isLoading || setWanted({ isQuiet: true }),
  }
}

const NOTHING = { rows: [], cursor: undefined, refusal: undefined, isLoading: true }

const readOn = async <Row>(of: {
  path: string
  list: string
  cursor: string | undefined
  signal: AbortSignal
}): Promise<Omit<Seen<Row>, 'isLoading'>> => {
  const { path, list, signal } = of
  let { cursor } = of
  for (let pages = 1; ; pages += 1) {
    const at = cursor === undefined ? '' : `&cursor=${cursor}`
    const answer = await call<Record<string, unknown>>(path + at, { signal })
    if (!answer.ok) return { rows: [], cursor, refusal: answer }
    const rows = answer.body[list] as Row[]
    cursor = answer.body.nextCursor as string | undefined
    if (rows.length > 0 || cursor === undefined || pages === EMPTY_PAGES_MAX)
      return { rows, cursor, refusal: undefined }
  }
}
