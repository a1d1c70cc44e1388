// What is being typed into a form, kept in this tab until it was sent: a session that ends in the middle, or a
// page that is loaded anew, costs nothing. Signing out forgets it (asking/session.ts).

import { useRef, useState } from 'preact/hooks'
import { KEPT } from '../asking/session.ts'

export interface KeptDraft<Draft> {
  draft: Draft
  isFromBefore: boolean // it was typed before this view was opened
  change(part: Partial<Draft>): void
  forget(): void // it was sent
  beginAnew(): void
}

export const useKeptDraft = <Draft>(name: string, first: () => Draft): KeptDraft<Draft> => {
  const place = `${KEPT}.draft ${name}`
  const [shown, show] = useState(() => {
    const kept = recall<Draft>(place)
    return { draft: kept ?? first(), isFromBefore: kept !== undefined }
  })
  const latest = useRef(shown.draft) // also for whoever has waited for an answer meanwhile
  const put = (draft: Draft, isFromBefore: boolean) => {
    latest.current = draft
    show({ draft, isFromBefore })
  }
  return {
    ...shown,
    change(part) {
      put({ ...latest.current, ...part }, shown.isFromBefore)
      keep(place, latest.current)
    },
    forget: () => forget(place),
    beginAnew() {
      forget(place)
      put(first(), false)
    },
  }
}

const recall = <Draft>(place: string): Draft | undefined => {
  try {
    return (JSON.parse(sessionStorage.getItem(place) ?? 'null') as Draft | null) ?? undefined
  } catch {
    return undefined
  }
}

const keep = (place: string, draft: unknown) => {
  try {
    sessionStorage.setItem(place, JSON.stringify(draft))
  } catch {
    // A browser that keeps nothing: it lasts until the view is left.
  }
}

const forget = (place: string) => {
  try {
    sessionStorage.removeItem(place)
  } catch {
    // Nothing was kept.
  }
}
