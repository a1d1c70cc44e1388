// A secret that is shown once: with a warning, a button that copies it, and one that says that it is kept. It
// stands nowhere else, not in the address and not in what the browser keeps.

import { useEffect, useRef, useState } from 'preact/hooks'
import { instant } from '../pieces/format.ts'
import { webhookWords } from './words.ts'

export interface Made {
  secret: string
  oldSecretUntil?: string // when there was one before
}

export const SecretOnce = ({ made, onKept }: { made: Made; onKept: () => void }) => {
  const said = webhookWords()
  const { secret, oldSecretUntil } = made
  const heading = useRef<HTMLHeadingElement>(null)
  const text = useRef<HTMLElement>(null)
  const [news, setNews] = useState<'copied' | 'notCopied'>()
  useEffect(() => {
    setNews(undefined)
    heading.current?.focus()
  }, [secret])
  const copy = async () => {
    const isCopied = await copied(secret)
    if (!isCopied && text.current) getSelection()?.selectAllChildren(text.current)
    setNews(isCopied ? 'copied' : 'notCopied')
  }
  return (
    <section class="card once">
      <h2 ref={heading} tabIndex={-1}>
        {said.secret}
      </h2>
      <p class="bad-news">{said.secretSaid}</p>
      <p>
        <code ref={text} class="secret">
          {secret}
        </code>
      </p>
      {oldSecretUntil === undefined ? null : <p>{said.oldUntil(instant(oldSecretUntil))}</p>}
      <p role="status">{news && said[news]}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => void copy()}>
          {said.copy}
        </button>
        <button type="button" onClick={onKept}>
          {said.kept}
        </button>
      </div>
    </section>
  )
}

// Browsers copy for pages that came over https, and from this machine itself.
const copied = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
