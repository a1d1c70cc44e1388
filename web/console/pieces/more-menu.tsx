// The rarer links of the frame, behind one word. It closes when one is chosen, on Escape, and when the
// pointer or the focus goes elsewhere.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { inBoth } from '../language.ts'

const said = inBoth({ en: { more: 'More' }, 'zh-CN': { more: '更多' } })

export const MoreMenu = ({ hash, children }: { hash: string; children: ComponentChildren }) => {
  const place = useRef<HTMLDetailsElement>(null)
  const close = () => place.current?.removeAttribute('open')
  useEffect(close, [hash])
  useEffect(() => {
    const elsewhere = ({ target }: Event) => {
      if (!place.current?.contains(target as Node)) close()
    }
    const escape = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape' || !place.current?.open) return
      close()
      place.current.querySelector('summary')?.focus()
    }
    addEventListener('pointerdown', elsewhere)
    addEventListener('focusin', elsewhere)
    addEventListener('keydown', escape)
    return () => {
      removeEventListener('pointerdown', elsewhere)
      removeEventListener('focusin', elsewhere)
      removeEventListener('keydown', escape)
    }
  }, [])
  return (
    <details ref={place} class="more">
      <summary>{said().more}</summary>
      <div class="menu" onClick={close}>
        {children}
      </div>
    </details>
  )
}
