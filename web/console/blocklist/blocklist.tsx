// Who may not take part: looked at, added to, lifted. The address says of which kind, or which buyer.

import { useState } from 'preact/hooks'
import { addressOf, type Asked } from '../asking/address.ts'
import { usePages } from '../asking/pages.ts'
import { session } from '../asking/session.ts'
import { buyingWords } from '../buying-words.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { More } from '../pieces/more.tsx'
import { pieceWords } from '../pieces/words.ts'
import { AddBlocks } from './add-blocks.tsx'
import { BlockTable } from './block-table.tsx'
import { LiftDialog } from './lift-dialog.tsx'
import { type Block, BLOCK_KINDS, targetOf } from './shapes.ts'
import { blockWords } from './words.ts'

const PAGE = '100'

export const BlocklistView = ({ asked }: { asked: Asked }) => {
  const said = blockWords()
  const { kind = '', buyer = '' } = asked
  const path = addressOf('/api/admin/blocklist', { kind, buyer, limit: PAGE })
  const pages = usePages<Block>(path, 'blocks')
  const [lifting, setLifting] = useState<Block>()
  const [lifted, setLifted] = useState<string[]>([]) // so that whoever read on keeps the place
  const [news, setNews] = useState('')
  const blocks = pages.rows.filter(({ blockId }) => !lifted.includes(blockId))
  const mayWrite = session()?.role === 'operator'
  const again = () => {
    setLifted([])
    pages.reload()
  }
  const hasAdded = (what: string) => {
    setNews(what)
    again()
  }
  const hasLifted = (block: Block) => {
    setLifted([...lifted, block.blockId])
    setNews(said.lifted(targetOf(block).value))
  }
  return (
    <>
      <Heading title={buyingWords().blocklist} />
      <p class="quiet">{said.blocklistSaid}</p>
      <p role="status">{news}</p>
      {mayWrite ? <AddBlocks onDone={hasAdded} /> : null}
      <Filter kind={kind} buyer={buyer} onAgain={again} />
      {blocks.length > 0 ? (
        <BlockTable blocks={blocks} onLift={mayWrite ? setLifting : undefined} />
      ) : null}
      <More pages={pages} none={said.none} />
      {lifting === undefined ? null : (
        <LiftDialog
          block={lifting}
          onDone={() => hasLifted(lifting)}
          onClose={() => setLifting(undefined)}
        />
      )}
    </>
  )
}

const Filter = (of: { kind: string; buyer: string; onAgain: () => void }) => {
  const said = blockWords()
  const [asked, ask] = useState({ kind: of.kind, buyer: of.buyer })
  const [fault, setFault] = useState<string>()
  const search = () => {
    const buyer = asked.buyer.trim()
    const isNumber = /^\d*$/.test(buyer)
    setFault(isNumber ? undefined : said.notANumber)
    if (!isNumber) return
    const next = addressOf('#/blocklist', { kind: asked.kind, buyer })
    if (next === addressOf('#/blocklist', { kind: of.kind, buyer: of.buyer })) of.onAgain()
    location.hash = next
  }
  return (
    <form
      class="card"
      noValidate
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        search()
      }}
    >
      <div class="fields">
        <Choice
          label={said.kindOf}
          value={asked.kind}
          choices={[
            ['', said.everyKind],
            ...BLOCK_KINDS.map((kind): [string, string] => [kind, said.kind[kind]]),
          ]}
          onValue={(kind) => ask({ ...asked, kind })}
        />
        <Field
          label={said.buyer}
          inputMode="numeric"
          value={asked.buyer}
          fault={fault}
          onValue={(buyer) => ask({ ...asked, buyer })}
        />
      </div>
      <button>{pieceWords().search}</button>
    </form>
  )
}
