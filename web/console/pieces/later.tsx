// A view whose program is fetched when it is looked at for the first time, so that all others are there sooner. A
// browser may remember that it did not come, also because there is a newer version: then the page is loaded anew.

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { words } from '../language.ts'
import { pieceWords } from './words.ts'

export const later = <Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> => {
  let known: ComponentType<Props> | undefined
  return (props) => {
    const [state, setState] = useState<'waiting' | 'there' | 'lost'>('waiting')
    useEffect(() => {
      let isLeft = false
      const show = (next: typeof state) => isLeft || setState(next)
      if (known === undefined)
        load().then(
          (view) => {
            known = view
            show('there')
          },
          () => show('lost'),
        )
      return () => {
        isLeft = true
      }
    }, [])
    const View = known
    if (View !== undefined) return <View {...props} />
    if (state !== 'lost') return <p class="quiet">{words().loading}</p>
    const said = pieceWords()
    return (
      <div class="bad-news" role="alert">
        <p>{said.viewLost}</p>
        <button type="button" onClick={() => location.reload()}>
          {said.tryAgain}
        </button>
      </div>
    )
  }
}
