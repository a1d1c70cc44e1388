// What stands below a list that is read page by page: that it is coming, that there is nothing, or nothing
// yet, what was refused, and the button for the next page.

import type { Pages } from '../asking/pages.ts'
import { words } from '../language.ts'
import { Refused } from './refusal.tsx'
import { pieceWords } from './words.ts'

export const More = ({ pages, none }: { pages: Pages<unknown>; none: string }) => {
  const { loading, sending } = words()
  const { rows, isLoading, hasMore, refusal } = pages
  const isEmpty = rows.length === 0 && refusal === undefined
  return (
    <>
      <Refused refusal={refusal} />
      {isEmpty && isLoading ? <p class="quiet">{loading}</p> : null}
      {isEmpty && !isLoading ? <p>{hasMore ? pieceWords().noneYet : none}</p> : null}
      {hasMore || refusal !== undefined ? (
        <button type="button" class="plain" aria-disabled={isLoading} onClick={pages.more}>
          {isLoading ? sending : labelOf(pages)}
        </button>
      ) : null}
    </>
  )
}

const labelOf = ({ rows, refusal }: Pages<unknown>): string => {
  const { tryAgain, searchOn } = pieceWords()
  if (refusal !== undefined) return tryAgain
  return rows.length === 0 ? searchOn : words().more
}
