// What an operator may do about a buyer: block, lift the block, erase.

import { useState } from 'preact/hooks'
import { BlockDialog } from '../blocklist/block-dialog.tsx'
import { LiftDialog } from '../blocklist/lift-dialog.tsx'
import type { Block } from '../blocklist/shapes.ts'
import { blockWords } from '../blocklist/words.ts'
import { words } from '../language.ts'
import { whole } from '../pieces/format.ts'
import { EraseDialog } from './erase-dialog.tsx'
import type { Erased } from './shapes.ts'
import { buyerWords } from './words.ts'

interface ActionsProps {
  buyerId: string
  block: Block | undefined
  isKnown: boolean // something is kept that can be erased
  onErased: () => void
  onChanged: () => void
}

export const BuyerActions = (of: ActionsProps) => {
  const { buyerId, block, isKnown, onChanged } = of
  const said = buyerWords()
  const blockSaid = blockWords()
  const [open, setOpen] = useState<'block' | 'erase' | Block>() // a block: to be lifted
  const [news, setNews] = useState('')
  const [erased, setErased] = useState<Erased>()
  const done = (what: string) => {
    setNews(what)
    onChanged()
  }
  const close = () => setOpen(undefined)
  const hasErased = (answer: Erased) => {
    setErased(answer)
    of.onErased()
    done(said.eraseDone)
  }
  return (
    <section class="card">
      <h2>{words().actions}</h2>
      <p role="status">{news}</p>
      {erased ? <Kept erased={erased} /> : null}
      <div class="buttons">
        <button type="button" onClick={() => setOpen(block ?? 'block')}>
          {block ? blockSaid.lift : blockSaid.add}
        </button>
        {isKnown ? (
          <button type="button" class="danger" onClick={() => setOpen('erase')}>
            {said.erase}
          </button>
        ) : null}
      </div>
      {open === 'block' ? (
        <BlockDialog buyerId={buyerId} onDone={() => done(said.blockDone)} onClose={close} />
      ) : null}
      {typeof open === 'object' ? (
        <LiftDialog block={open} onDone={() => done(blockSaid.lifted(buyerId))} onClose={close} />
      ) : null}
      {open === 'erase' ? (
        <EraseDialog buyerId={buyerId} onDone={hasErased} onClose={close} />
      ) : null}
    </section>
  )
}

const Kept = ({ erased: { kept } }: { erased: Erased }) => {
  const said = buyerWords()
  return (
    <>
      <h3>{said.kept}</h3>
      {kept.length === 0 ? <p>{said.keptNothing}</p> : null}
      <dl>
        {kept.map(({ what, count }) => (
          <div key={what}>
            <dt>
              {said.count[what]}
              <p class="small">{said.keptWhy[what]}</p>
            </dt>
            <dd>{whole(count)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
