// The heading of a view. It takes the focus, so that the keyboard and the screen reader are where the eye
// is; not when the page has just been opened.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../language.ts'

let isFirst = true

export const Heading = ({ title, children }: { title: string; children?: ComponentChildren }) => {
  const place = useRef<HTMLHeadingElement>(null)
  const brand = words().brand
  useEffect(() => {
    if (!isFirst) place.current?.focus()
    isFirst = false
  }, [])
  useEffect(() => {
    document.title = `${title} · ${brand}`
  }, [title, brand])
  return (
    <div class="heading">
      <h1 ref={place} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}
