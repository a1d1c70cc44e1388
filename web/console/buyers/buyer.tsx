// One buyer: what is kept, whether he is blocked, and what an operator may do about either.

import { useState } from 'preact/hooks'
import { addressOf } from '../asking/address.ts'
import { usePolled } from '../asking/polled.ts'
import { session } from '../asking/session.ts'
import { type Block, ruleOf } from '../blocklist/shapes.ts'
import { blockWords } from '../blocklist/words.ts'
import { words } from '../language.ts'
import { Download } from '../pieces/download.tsx'
import { instant } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { BuyerActions } from './buyer-actions.tsx'
import { BuyerFacts } from './buyer-facts.tsx'
import type { Buyer } from './shapes.ts'
import { buyerWords } from './words.ts'

const LOOK_EVERY_MS = 5000

export const BuyerView = ({ buyerId }: { buyerId: string }) => {
  const said = buyerWords()
  const path = `/api/admin/buyers/${buyerId}`
  const { body: buyer, refusal, reload } = usePolled<Buyer>(path, LOOK_EVERY_MS)
  const blocksPath = addressOf('/api/admin/blocklist', { buyer: buyerId })
  const blocks = usePolled<{ blocks: Block[] }>(blocksPath, LOOK_EVERY_MS)
  const block = blocks.body?.blocks[0]
  const [isErased, setErased] = useState(false)
  const changed = () => {
    reload()
    blocks.reload()
  }
  return (
    <>
      <a href="#/buyers">← {said.back}</a>
      <Heading title={said.buyerTitle(buyerId)}>
        {block ? <span class="badge is-owed">{said.blocked}</span> : null}
        {buyer?.account?.erasedAt ? <span class="badge">{said.erased}</span> : null}
      </Heading>
      <Refused refusal={isErased && refusal?.code === 'no-such-buyer' ? undefined : refusal} />
      {buyer || refusal ? null : <p class="quiet">{words().loading}</p>}
      {block ? <BlockNote block={block} /> : null}
      {session()?.role === 'operator' && blocks.body ? (
        <BuyerActions
          buyerId={buyerId}
          block={block}
          isKnown={buyer !== undefined}
          onErased={() => setErased(true)}
          onChanged={changed}
        />
      ) : null}
      {buyer ? (
        <>
          <BuyerFacts buyer={buyer} />
          <Download label={said.download} path={`${path}/export`} name={`buyer-${buyerId}.json`} />
        </>
      ) : null}
    </>
  )
}

const BlockNote = ({ block }: { block: Block }) => {
  const said = buyerWords()
  const { until, reason } = block
  const rule = ruleOf(block)
  const by = rule === undefined ? block.by : blockWords().rule(rule)
  return (
    <p class="news">
      {until === undefined ? said.blockedForGood(by) : said.blockedNow(by, instant(until))}{' '}
      <span class="quiet">{reason}</span>
    </p>
  )
}
