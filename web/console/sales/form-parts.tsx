// What the forms of a sale have in common: what is wrong with it and where, and that it holds what was typed before.

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Refusal } from '../asking/api.ts'
import { words } from '../language.ts'
import { making } from './words.ts'

export type FaultTexts = Partial<Record<string, string>> // by the name of the field

export interface FormFaults {
  place: RefObject<HTMLFormElement | null>
  faults: FaultTexts
  refusal: Refusal | undefined
  show(faults: FaultTexts): boolean // whether there are none
  refuse(refusal: Refusal, prefix?: string): undefined // what stands before the name of its field
}

// The first field that is wrong takes the focus.
export const useFaults = (): FormFaults => {
  const place = useRef<HTMLFormElement>(null)
  const [{ faults, refusal }, set] = useState<{ faults: FaultTexts; refusal?: Refusal }>(NONE)
  useEffect(() => {
    place.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [faults])
  return {
    place,
    faults,
    refusal,
    show(next) {
      set({ faults: next })
      return Object.keys(next).length === 0
    },
    refuse(next, prefix = '') {
      const at: FaultTexts = next.field === undefined ? {} : { [prefix + next.field]: next.detail }
      set({ faults: at, refusal: next })
    },
  }
}

const NONE = { faults: {} }

export const FaultNews = ({ faults }: { faults: FaultTexts }) => (
  <p class="bad-news" role="alert">
    {Object.keys(faults).length > 0 ? words().lookAtFields : ''}
  </p>
)

export const FromBefore = ({ isShown, onAnew }: { isShown: boolean; onAnew: () => void }) => {
  const said = making()
  return (
    <div role="status">
      {isShown ? (
        <p class="quiet">
          {said.fromBefore}{' '}
          <button type="button" class="plain" onClick={onAnew}>
            {said.beginAnew}
          </button>
        </p>
      ) : null}
    </div>
  )
}
